import 'dart:async';
import 'dart:math';

import 'package:http/http.dart' as http;

import 'api_types.dart';
import 'caller_token.dart';
import 'cancel_token.dart';
import 'connectivity.dart';
import 'errors.dart';
import 'flights.dart';
import 'gate.dart';
import 'held_tokens.dart';
import 'renewal.dart';
import 'requests.dart';
import 'server_time.dart';
import 'source_types.dart';

const int _leastLeftMs = 30000;
const int _batchSize = 100;

/// Creates a source of tokens for the user that is signed in. `TokenSource` describes the parameters.
///
/// Throws an [InvalidRequestException] if [api] is not the URL of an API.
TokenSource createTokenSource({
  required Uri api,
  required GetCallerToken callerToken,
  required String? Function()? user,
  required void Function(SourceEvent event)? onEvent,
  required Connectivity? connectivity,
  required Duration maxWait,
  required Duration requestTimeout,
  required int maxHeldTokens,
  required http.Client? httpClient,
  required Clock? clock,
  required double Function()? random,
}) {
  return _RenewingTokenSource(
    api: api,
    getCallerToken: callerToken,
    user: user,
    onEvent: onEvent,
    connectivity: connectivity,
    maxWaitMs: maxWait.inMilliseconds,
    requestTimeoutMs: requestTimeout.inMilliseconds,
    maxHeldTokens: maxHeldTokens,
    client: httpClient ?? http.Client(),
    ownsClient: httpClient == null,
    time: Time(clock ?? DeviceClock()),
    random: random ?? Random().nextDouble,
  );
}

final class _RenewingTokenSource implements TokenSource {
  _RenewingTokenSource({
    required Uri api,
    required GetCallerToken getCallerToken,
    required String? Function()? user,
    required void Function(SourceEvent event)? onEvent,
    required Connectivity? connectivity,
    required int maxWaitMs,
    required int requestTimeoutMs,
    required int maxHeldTokens,
    required http.Client client,
    required bool ownsClient,
    required Time time,
    required double Function() random,
  }) : _user = user,
       _onEvent = onEvent,
       _connectivity = connectivity,
       _maxHeldTokens = maxHeldTokens,
       _client = client,
       _ownsClient = ownsClient,
       _time = time {
    _caller = CallerToken(getCallerToken, time, maxWaitMs, _report);
    _gate = Gate(time, random, _isOnline, _report);
    _flights = Flights(
      gate: _gate,
      sender: Sender(api, _caller, client, time, requestTimeoutMs, _checkUser),
      time: time,
      maxWaitMs: maxWaitMs,
      isOnline: _isOnline,
      isCallerTokenPending: () => _caller.isPending,
      report: _report,
      checkUser: _checkUser,
      keep: _keep,
      failed: _failed,
    );
    _renewal = Renewal(time, _flights, _report, _checkUser);
    _disconnect = connectivity?.subscribe(_onConnectivity);
  }

  final String? Function()? _user;
  final void Function(SourceEvent event)? _onEvent;
  final Connectivity? _connectivity;
  final int _maxHeldTokens;
  final http.Client _client;
  final bool _ownsClient;
  final Time _time;
  late final CallerToken _caller;
  late final Gate _gate;
  late final Flights _flights;
  late final Renewal _renewal;
  void Function()? _disconnect;

  /// By their keys. The first one was asked for longest ago.
  final Map<String, Entry> _entries = <String, Entry>{};

  /// The error of every later call, once the source is closed or signed out.
  LayermintException? _over;
  String? _userId;
  String? _lastUser;

  @override
  Future<Token> token(
    TokenRequest request, {
    CancelToken? cancel,
    Duration? atLeast,
  }) async {
    _begin();
    final Entry entry = _entryOf(request);
    final Token? served = _serve(entry, atLeast?.inMilliseconds);
    if (served != null && !_isCancelled(cancel)) {
      _renewInBackground(entry);
      return served;
    }
    final bool hasOther = atLeast == null && _live(entry) != null;
    try {
      return await _minted(entry, cancel: cancel, hasOther: hasOther);
    } on LayermintException catch (error) {
      final Token? other = hasOther && !error.isFinal ? _live(entry) : null;
      if (other != null) {
        return other;
      }
      rethrow;
    }
  }

  @override
  Future<Token> renew(
    TokenRequest request, {
    CancelToken? cancel,
    String? refused,
  }) async {
    _begin();
    final Entry entry = _entryOf(request);
    final String? jwt = entry.held?.token.jwt;
    if (refused != null && refused != jwt) {
      final Token? served = _serve(entry, null);
      if (served != null) {
        return served;
      }
    }
    if (refused == jwt) {
      dropRefused(_time, entry);
    }
    // Its watches wait for the next one longer than this call.
    _renewal.check(entry);
    return _minted(entry, cancel: cancel, refused: refused ?? jwt);
  }

  @override
  Subscription watch(
    TokenRequest request, {
    required void Function(Token token) onToken,
    void Function(LayermintException error)? onError,
    CancelToken? cancel,
  }) {
    final _Subscription subscription = _Subscription();
    if (_isCancelled(cancel)) {
      return subscription;
    }
    try {
      _begin();
      final Entry entry = _entryOf(request);
      final Watch watch = Watch(onToken: onToken, onError: onError);
      subscription.ends.add(_renewal.watch(entry, watch, _serve(entry, null)));
      if (cancel != null) {
        subscription.ends.add(cancel.onCancel(subscription.close));
      }
    } on LayermintException catch (error) {
      scheduleMicrotask(() {
        try {
          onError?.call(error);
        } on Object {
          // Uncaught, it would end a program that has no zone for errors.
          _report(SourceEventType.listenerFailed, request: request);
        }
      });
    }
    return subscription;
  }

  @override
  Future<List<BatchResult>> batch(
    List<TokenRequest> requests, {
    CancelToken? cancel,
  }) async {
    _begin();
    final List<Entry> all = requests.map(_entryOf).toList();
    final Map<Entry, Token?> served = <Entry, Token?>{
      for (final Entry entry in all) entry: _serve(entry, null),
    };
    final List<Entry> missing = <Entry>[
      for (final Entry entry in served.keys)
        if (isDue(_time, entry.held) &&
            entry.flight == null &&
            !_isCancelled(cancel))
          entry,
    ];
    for (int from = 0; from < missing.length; from += _batchSize) {
      final int to = min(from + _batchSize, missing.length);
      _flights.start(missing.sublist(from, to), batchPath);
    }
    return Future.wait<BatchResult>(<Future<BatchResult>>[
      for (final Entry entry in all) _resultOf(entry, served[entry], cancel),
    ]);
  }

  @override
  Future<SignOutResult> signOut({
    bool revokeTokens = true,
    CancelToken? cancel,
  }) async {
    if (_over is ClosedException) {
      _begin();
    }
    _finish(
      const SignedOutException('The token source is signed out.'),
      SourceEventType.signedOut,
    );
    if (!revokeTokens) {
      return const SignOutResult();
    }
    final Entry entry = Entry(null);
    final Object value = await _flights.wait(
      entry,
      cancel: cancel,
      path: revocationsPath,
    );
    return SignOutResult(revocation: value as Revocation);
  }

  @override
  void close() {
    _finish(
      const ClosedException('The token source is closed.'),
      SourceEventType.closed,
    );
    _gate.close();
    if (_ownsClient) {
      _client.close();
    }
  }

  Future<Token> _minted(
    Entry entry, {
    CancelToken? cancel,
    bool hasOther = false,
    bool isBackground = false,
    String? refused,
  }) async {
    final Object value = await _flights.wait(
      entry,
      cancel: cancel,
      hasOther: hasOther,
      isBackground: isBackground,
      refused: refused,
    );
    return (value as HeldToken).token;
  }

  void _renewInBackground(Entry entry) {
    if (isDue(_time, entry.held)) {
      _minted(entry, isBackground: true).ignore();
    }
  }

  Future<BatchResult> _resultOf(
    Entry entry,
    Token? served,
    CancelToken? cancel,
  ) async {
    if (served != null) {
      _renewInBackground(entry);
      return BatchToken(served);
    }
    try {
      return BatchToken(await _minted(entry, cancel: cancel));
    } on LayermintException catch (error) {
      if (_isCancelled(cancel)) {
        rethrow;
      }
      return BatchFailure(error);
    }
  }

  bool _isCancelled(CancelToken? cancel) =>
      cancel != null && cancel.isCancelled;

  bool _isOnline() => seemsOnline(_connectivity);

  void _report(
    SourceEventType type, {
    TokenRequest? request,
    Token? token,
    int? status,
    String? code,
    int? waitMs,
    int? count,
    String? requestId,
  }) {
    final SourceEvent event = SourceEvent(
      type: type,
      documentId: request?.documentId ?? token?.documentId,
      layer: request == null ? token?.layer : request.layer ?? '',
      status: status,
      code: code,
      wait: waitMs == null ? null : Duration(milliseconds: waitMs),
      count: count,
      requestId: requestId,
    );
    try {
      _onEvent?.call(event);
    } on Object {
      // A hook for logs must not stop the work.
    }
  }

  void _drop(LayermintException error, SourceEventType type) {
    final List<Entry> dropped = _entries.values.toList();
    _entries.clear();
    _userId = null;
    _caller.drop();
    _flights.fail(error);
    for (final Entry entry in dropped) {
      _renewal.failed(entry, error);
    }
    _report(type);
  }

  void _dropUser() {
    _drop(
      const UserChangedException('Another user has signed in.'),
      SourceEventType.userChanged,
    );
  }

  void _checkUser() {
    final String? former = _lastUser;
    try {
      _lastUser = _user?.call();
    } on Object {
      // Nobody is known to be signed in.
      _lastUser = null;
    }
    if (former != null && former != _lastUser) {
      _dropUser();
    }
  }

  void _failed(Entry entry, LayermintException error) {
    if (error is NoAccessException) {
      entry.held = null;
    }
    _tidy();
    _renewal.failed(entry, error);
  }

  bool _keep(Entry entry, HeldToken held) {
    final Token token = held.token;
    final String? userId = _userId;
    if (userId != null && token.userId != userId) {
      _dropUser();
      return false;
    }
    _userId = token.userId;
    entry.held = held;
    _report(SourceEventType.minted, token: token, waitMs: held.waitMs);
    _tidy();
    _renewal.renewed(entry, token);
    return true;
  }

  /// Forgets entries without a live token, and beyond the limit those that were asked for longest ago.
  void _tidy() {
    for (final String key in _entries.keys.toList()) {
      final Entry? entry = _entries[key];
      if (entry != null &&
          entry.watches.isEmpty &&
          entry.flight == null &&
          (_entries.length > _maxHeldTokens ||
              leftMs(_time, entry.held) <= 0)) {
        _entries.remove(key);
      }
    }
  }

  /// Begins a call. Throws the error of a source that is closed or signed out.
  void _begin() {
    _checkUser();
    final LayermintException? over = _over;
    if (over != null) {
      throw over;
    }
  }

  Entry _entryOf(TokenRequest asked) {
    final TokenRequest request = canonical(asked);
    final String key = keyOf(request);
    final Entry entry = _entries.remove(key) ?? Entry(request);
    _entries[key] = entry;
    return entry;
  }

  Token? _live(Entry entry) {
    final HeldToken? held = entry.held;
    return held != null && leftMs(_time, held) > 0 ? held.token : null;
  }

  /// Finds the held token of an entry, if it can be served.
  Token? _serve(Entry entry, int? atLeastMs) {
    final Token? token = _live(entry);
    // While nothing can be renewed, a token serves to its end.
    final bool isBetterNew =
        isDue(_time, entry.held) && _isOnline() && _gate.failure == null;
    final int leastMs = atLeastMs ?? (isBetterNew ? _leastLeftMs : 0);
    if (token == null || leftMs(_time, entry.held) < leastMs) {
      return null;
    }
    _report(SourceEventType.servedHeld, token: token);
    return token;
  }

  void _onConnectivity(ConnectivityEvent event) {
    if (event == ConnectivityEvent.offline) {
      _flights.fail(offline);
      return;
    }
    _checkUser();
    for (final Entry entry in _entries.values.toList()) {
      _renewal.check(entry);
    }
    if (event == ConnectivityEvent.resume) {
      _flights.hurry();
    }
    _gate.wake(isSpread: event == ConnectivityEvent.online);
  }

  void _finish(LayermintException error, SourceEventType type) {
    if (_over is ClosedException) {
      return;
    }
    _over = error;
    _disconnect?.call();
    _drop(error, type);
  }
}

final class _Subscription implements Subscription {
  /// Called once on [close].
  final List<void Function()> ends = <void Function()>[];

  @override
  void close() {
    final List<void Function()> all = List<void Function()>.of(ends);
    ends.clear();
    for (final void Function() end in all) {
      end();
    }
  }
}
