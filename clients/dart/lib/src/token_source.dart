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
    api: baseUrl(api),
    getCallerToken: callerToken,
    user: user,
    onEvent: onEvent,
    connectivity: connectivity,
    maxWaitMs: maxWait.inMilliseconds,
    requestTimeoutMs: requestTimeout.inMilliseconds,
    maxHeldTokens: maxHeldTokens,
    httpClient: httpClient,
    clock: clock ?? DeviceClock(),
    random: random ?? Random().nextDouble,
  );
}

final class _RenewingTokenSource implements TokenSource {
  _RenewingTokenSource({
    required String api,
    required GetCallerToken getCallerToken,
    required String? Function()? user,
    required void Function(SourceEvent event)? onEvent,
    required Connectivity? connectivity,
    required int maxWaitMs,
    required int requestTimeoutMs,
    required int maxHeldTokens,
    required http.Client? httpClient,
    required Clock clock,
    required double Function() random,
  }) : _api = api,
       _getCallerToken = getCallerToken,
       _user = user,
       _onEvent = onEvent,
       _connectivity = connectivity,
       _maxWaitMs = maxWaitMs,
       _requestTimeoutMs = requestTimeoutMs,
       _maxHeldTokens = maxHeldTokens,
       _client = httpClient ?? http.Client(),
       _ownsClient = httpClient == null,
       _clock = clock,
       _random = random {
    _disconnect = connectivity?.subscribe(_onConnectivity);
  }

  final String _api;
  final GetCallerToken _getCallerToken;
  final String? Function()? _user;
  final void Function(SourceEvent event)? _onEvent;
  final Connectivity? _connectivity;
  final int _maxWaitMs;
  final int _requestTimeoutMs;
  final int _maxHeldTokens;
  final http.Client _client;
  final bool _ownsClient;
  final Clock _clock;
  final double Function() _random;

  late final CallerToken _caller = CallerToken(
    callerToken: _getCallerToken,
    clock: _clock,
    maxWaitMs: _maxWaitMs,
    report: _report,
  );
  late final Gate _gate = Gate(
    clock: _clock,
    random: _random,
    isOnline: _isOnline,
    report: _report,
  );
  late final Flights _flights = Flights(
    gate: _gate,
    sender: Sender(
      api: _api,
      caller: _caller,
      client: _client,
      clock: _clock,
      requestTimeoutMs: _requestTimeoutMs,
    ),
    clock: _clock,
    maxWaitMs: _maxWaitMs,
    isOnline: _isOnline,
    isCallerTokenPending: () => _caller.isPending,
    report: _report,
    checkUser: _checkUser,
    keep: _keep,
    failed: _failed,
  );
  late final Renewal _renewal = Renewal(
    clock: _clock,
    flights: _flights,
    report: _report,
    checkUser: _checkUser,
  );

  /// By their keys. The first ones are those that were asked for longest ago.
  final Map<String, Entry> _entries = <String, Entry>{};
  void Function()? _disconnect;

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
    final Token? served =
        _isCancelled(cancel)
            ? null
            : _serveable(entry, atLeast?.inMilliseconds);
    if (served != null) {
      if (_isStale(entry)) {
        _flights.wait(entry, isBackground: true).ignore();
      }
      return served;
    }
    final bool hasOther = atLeast == null && _live(entry) != null;
    try {
      final Object value = await _flights.wait(
        entry,
        cancel: cancel,
        hasOther: hasOther,
      );
      return value as Token;
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
    if (refused != null && refused != jwt && !_isCancelled(cancel)) {
      final Token? served = _serveable(entry, null);
      if (served != null) {
        return served;
      }
    }
    // Document Engine refused it: it must not be served to others either.
    if (refused != null && refused == jwt) {
      entry.held = null;
    }
    if (entry.flight == null) {
      _flights.start(<Entry>[entry]);
    }
    final String? unwanted = refused ?? jwt;
    if (unwanted != null) {
      entry.flight?.refused.add(unwanted);
    }
    final Object value = await _flights.wait(entry, cancel: cancel);
    return value as Token;
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
      subscription.ends.add(
        _renewal.watch(entry, watch, _serveable(entry, null)),
      );
      if (cancel != null) {
        subscription.ends.add(cancel.onCancel(subscription.close));
      }
    } on LayermintException catch (error) {
      scheduleMicrotask(() => onError?.call(error));
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
      for (final Entry entry in all) entry: _serveable(entry, null),
    };
    final List<Entry> missing =
        served.keys
            .where((Entry entry) => _isStale(entry) && entry.flight == null)
            .toList();
    for (int from = 0; from < missing.length; from += _batchSize) {
      final int to = min(from + _batchSize, missing.length);
      _flights.start(missing.sublist(from, to), batchPath);
    }
    for (final Entry entry in missing) {
      if (served[entry] != null) {
        _flights.wait(entry, isBackground: true).ignore();
      }
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
    _flights.start(<Entry>[entry], revocationsPath);
    final Object value = await _flights.wait(entry, cancel: cancel);
    return SignOutResult(revocation: value as Revocation);
  }

  @override
  void close() {
    if (_over is! ClosedException) {
      _finish(
        const ClosedException('The token source is closed.'),
        SourceEventType.closed,
      );
    }
    _gate.close();
    if (_ownsClient) {
      _client.close();
    }
  }

  Future<BatchResult> _resultOf(
    Entry entry,
    Token? served,
    CancelToken? cancel,
  ) async {
    if (served != null) {
      return BatchToken(served);
    }
    try {
      final Object value = await _flights.wait(entry, cancel: cancel);
      return BatchToken(value as Token);
    } on LayermintException catch (error) {
      if (_isCancelled(cancel)) {
        rethrow;
      }
      return BatchFailure(error);
    }
  }

  bool _isCancelled(CancelToken? cancel) =>
      cancel != null && cancel.isCancelled;

  bool _isOnline() => _connectivity?.isOnline ?? true;

  void _report(SourceEvent event) {
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
    _report(SourceEvent(type: type));
  }

  void _checkUser() {
    String? now;
    try {
      now = _user?.call();
    } on Object {
      // Nobody is known to be signed in.
      now = null;
    }
    final String? former = _lastUser;
    _lastUser = now;
    if (former != null && former != now) {
      _drop(
        const UserChangedException('Another user has signed in.'),
        SourceEventType.userChanged,
      );
    }
  }

  void _failed(Entry entry, LayermintException error) {
    if (error is NoAccessException) {
      entry.held = null;
    }
    _renewal.failed(entry, error);
  }

  bool _keep(Entry entry, HeldToken held) {
    final Token token = held.token;
    final String? userId = _userId;
    if (userId != null && token.userId != userId) {
      _drop(
        const UserChangedException(
          'The service answered with a token for another user.',
        ),
        SourceEventType.userChanged,
      );
      return false;
    }
    _userId = token.userId;
    entry.held = held;
    _report(
      SourceEvent(
        type: SourceEventType.minted,
        documentId: token.documentId,
        layer: token.layer,
        wait: Duration(milliseconds: held.waitMs),
      ),
    );
    _tidy();
    _renewal.renewed(entry);
    return true;
  }

  /// Forgets expired tokens, and the oldest ones beyond the limit, unless somebody waits for the next one.
  void _tidy() {
    for (final String key in _entries.keys.toList()) {
      final Entry? entry = _entries[key];
      if (entry != null &&
          entry.watches.isEmpty &&
          entry.flight == null &&
          (_entries.length > _maxHeldTokens ||
              leftMs(_clock, entry.held) <= 0)) {
        _entries.remove(key);
      }
    }
  }

  Entry _entryOf(TokenRequest request) {
    final TokenRequest asked = canonical(request);
    final String key = keyOf(asked);
    final Entry entry = _entries.remove(key) ?? Entry(asked);
    _entries[key] = entry;
    return entry;
  }

  /// Finds the held token of an entry if it can be served.
  Token? _serveable(Entry entry, int? atLeastMs) {
    final HeldToken? held = entry.held;
    if (held == null) {
      return null;
    }
    final int left = leftMs(_clock, held);
    // While nothing can be renewed, a token serves to its end.
    final int least =
        atLeastMs ?? (_isOnline() && _gate.failure == null ? _leastLeftMs : 0);
    final bool isShort =
        left < least && (atLeastMs != null || isDue(_clock, held));
    if (left <= 0 || isShort) {
      return null;
    }
    _report(
      SourceEvent(
        type: SourceEventType.servedHeld,
        documentId: held.token.documentId,
        layer: held.token.layer,
      ),
    );
    return held.token;
  }

  bool _isStale(Entry entry) {
    final HeldToken? held = entry.held;
    return held == null || isDue(_clock, held);
  }

  void _begin() {
    _checkUser();
    final LayermintException? over = _over;
    if (over != null) {
      throw over;
    }
  }

  Token? _live(Entry entry) =>
      leftMs(_clock, entry.held) > 0 ? entry.held?.token : null;

  void _onConnectivity(ConnectivityEvent event) {
    if (event == ConnectivityEvent.offline) {
      _flights.fail(offline);
      return;
    }
    _checkUser();
    if (event == ConnectivityEvent.online) {
      _gate.spread();
    }
    for (final Entry entry in _entries.values.toList()) {
      if (entry.flight == null) {
        _renewal.check(entry);
      }
    }
    if (event == ConnectivityEvent.resume) {
      _flights.hurry();
    }
    _gate.wake();
  }

  void _finish(LayermintException error, SourceEventType type) {
    if (_over == null) {
      _disconnect?.call();
    }
    _over = error;
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
