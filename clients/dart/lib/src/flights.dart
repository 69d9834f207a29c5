import 'dart:async';
import 'dart:math';

import 'api_types.dart';
import 'cancel_token.dart';
import 'errors.dart';
import 'gate.dart';
import 'held_tokens.dart';
import 'requests.dart';
import 'server_time.dart';
import 'source_types.dart';

/// A call that waits for the value of a flight.
final class Waiter {
  Waiter({required this.done, required this.fail, required this.hasOther});

  final void Function(Object value) done;
  final void Function(Object error) fail;

  /// True: the first failure ends the wait, since there is a held token to fall back on.
  final bool hasOther;
}

/// The way to the value of one entry, however many wait for it.
final class Flight {
  Flight(this.run);

  final Run run;
  final Set<Waiter> waiters = <Waiter>{};

  /// The tokens that must not be its value.
  final Set<String> refused = <String>{};

  /// True if a watch waits. It waits as long as the watch lives.
  bool watched = false;
  LayermintException? last;

  /// The number of answers with a status such as 500.
  int faults = 0;
}

/// The path of a request for one token.
const String tokensPath = '/v1/tokens';

/// The path of a request for up to a hundred tokens.
const String batchPath = '/v1/tokens/batch';

/// The path of a request that revokes tokens.
const String revocationsPath = '/v1/revocations';

/// Flights that share their requests: those of a batch, otherwise one.
final class Run extends Passenger {
  Run(this.path, List<Entry> entries) : entries = Set<Entry>.of(entries);

  final String path;
  final Set<Entry> entries;

  /// Cancelled once the run has no entries: everyone has left, or another user has signed in.
  final CancelToken cancel = CancelToken();

  /// Cancels the pause before its first request.
  void Function()? cancelPause;
}

/// The flights of a source.
final class Flights {
  /// * [checkUser] is called before each request and after its answer: another user can have signed in.
  /// * [keep] keeps a new token. It returns false if it is for another user, after everything was dropped.
  /// * [failed] tells the watches of an entry about a failure.
  Flights({
    required Gate gate,
    required Sender sender,
    required Time time,
    required int maxWaitMs,
    required bool Function() isOnline,
    required bool Function() isCallerTokenPending,
    required Report report,
    required void Function() checkUser,
    required bool Function(Entry entry, HeldToken held) keep,
    required void Function(Entry entry, LayermintException error) failed,
  }) : _gate = gate,
       _sender = sender,
       _time = time,
       _maxWaitMs = maxWaitMs,
       _isOnline = isOnline,
       _isCallerTokenPending = isCallerTokenPending,
       _report = report,
       _checkUser = checkUser,
       _keep = keep,
       _failed = failed;

  final Gate _gate;
  final Sender _sender;
  final Time _time;
  final int _maxWaitMs;
  final bool Function() _isOnline;
  final bool Function() _isCallerTokenPending;
  final Report _report;
  final void Function() _checkUser;
  final bool Function(Entry entry, HeldToken held) _keep;
  final void Function(Entry entry, LayermintException error) _failed;
  final Set<Run> _runs = <Run>{};

  /// Begins a flight for entries that have none.
  void start(List<Entry> entries, [String path = tokensPath]) {
    final Run run = Run(path, entries);
    _runs.add(run);
    for (final Entry entry in entries) {
      entry.flight = Flight(run);
    }
    // Not at once, so that everyone has joined before a first failure.
    unawaited(Future<void>.microtask(() => _drive(run)));
  }

  /// Completes with the value of an entry's flight, and begins one if there is none: a [HeldToken] or a [Revocation]. Fails with a
  /// [LayermintException], also if the wait is over or [cancel] is cancelled. [refused] is a token that must not be the value.
  Future<Object> wait(
    Entry entry, {
    CancelToken? cancel,
    bool hasOther = false,
    bool isBackground = false,
    String? refused,
    String path = tokensPath,
  }) {
    final bool isCancelled = cancel != null && cancel.isCancelled;
    if (!isBackground && !isCancelled && !_isOnline()) {
      return Future<Object>.error(offline);
    }
    Flight? flight;
    return bounded<Object>(_time, _maxWaitMs, cancel, (
      void Function(Object value) done,
      void Function(Object error) fail,
    ) {
      if (entry.flight == null) {
        start(<Entry>[entry], path);
      }
      final Flight joined = entry.flight!;
      flight = joined;
      final Waiter waiter = Waiter(done: done, fail: fail, hasOther: hasOther);
      joined.waiters.add(waiter);
      if (refused != null) {
        joined.refused.add(refused);
      }
      if (!isBackground) {
        _gate.hurry(joined.run);
      }
      return () {
        joined.waiters.remove(waiter);
        if (identical(entry.flight, joined)) {
          release(entry);
        }
      };
    }, timedOut: () => _lateness(flight));
  }

  /// Ends an entry's flight if nobody waits for it.
  void release(Entry entry) {
    final Flight? flight = entry.flight;
    if (flight != null && !flight.watched && flight.waiters.isEmpty) {
      _end(entry, flight.run);
    }
  }

  /// Lets each flight pass the gate without the delay after an outage.
  void hurry() {
    for (final Run run in _runs.toList()) {
      _gate.hurry(run);
    }
  }

  /// Fails each flight. It continues if the error is not final and a watch waits.
  void fail(LayermintException error) {
    // A listener can begin the next flight while it is told.
    for (final Run run in _runs.toList()) {
      _failRun(run, error);
    }
  }

  void _failRun(Run run, LayermintException error) {
    for (final Entry entry in run.entries.toList()) {
      if (identical(entry.flight?.run, run)) {
        _fail(entry, error);
      }
    }
  }

  void _fail(Entry entry, LayermintException error) {
    final Flight? flight = entry.flight;
    if (flight == null) {
      return;
    }
    _report(
      SourceEventType.failed,
      request: entry.request,
      code: error.code,
      status: error.status,
      requestId: error.problem?.requestId,
    );
    flight.last = error;
    if (error.isFinal) {
      _end(entry, flight.run);
    }
    // A call waits for the network and for a service that is overloaded. A fault such as 500 is tried once more.
    bool isOver =
        error.isFinal ||
        error is OfflineException ||
        error is CallerTokenException;
    if (!isOver && _isFault(error)) {
      flight.faults += 1;
      isOver = flight.faults > 1;
    }
    for (final Waiter waiter in flight.waiters.toList()) {
      if (isOver || waiter.hasOther) {
        waiter.fail(error);
      }
    }
    _failed(entry, error);
  }

  bool _isFault(LayermintException error) {
    final int status = error.status ?? 0;
    return status >= 500 && status != 502 && status != 503 && status != 504;
  }

  LayermintException _lateness(Flight? flight) {
    final LayermintException? failure = flight?.last ?? _gate.failure;
    if (failure != null) {
      return failure;
    }
    return _isCallerTokenPending()
        ? const CallerTokenException('No answer came in time.')
        : const UnreachableException('No answer came in time.');
  }

  void _end(Entry entry, Run run) {
    entry.flight = null;
    run.entries.remove(entry);
    if (run.entries.isNotEmpty) {
      return;
    }
    _runs.remove(run);
    run.cancel.cancel();
    run.cancelPause?.call();
    _gate.quit(run);
  }

  /// Waits before the first request of a run, if the last tokens of an entry were refused at once.
  Future<void>? _pause(Run run) {
    int pauseMs = 0;
    for (final Entry entry in run.entries) {
      pauseMs = max(pauseMs, pauseBefore(entry));
    }
    if (pauseMs == 0) {
      return null;
    }
    final Completer<void> pause = Completer<void>();
    run.cancelPause = _time.after(pauseMs, () => pause.complete());
    return pause.future;
  }

  Future<void> _drive(Run run) async {
    final Future<void>? pause = _pause(run);
    if (pause != null) {
      await pause;
    }
    // A run without entries is cancelled: everyone has left, or another user has signed in.
    while (run.entries.isNotEmpty) {
      if (!_isOnline()) {
        _failRun(run, offline);
      }
      if (run.entries.isEmpty) {
        return;
      }
      final Leave leave = await _gate.enter(run);
      _checkUser();
      final List<Entry> entries = run.entries.toList();
      final List<Object> outcomes =
          entries.isEmpty ? <Object>[] : await _request(run, entries);
      _checkUser();
      if (run.entries.isEmpty) {
        leave(wasAnswered: false);
        return;
      }
      leave(wasAnswered: true, failure: _passingFailure(outcomes));
      for (int at = 0; at < entries.length; at += 1) {
        _settle(run, entries[at], outcomes[at]);
      }
      // The renewed caller token was refused. It would be for the others too.
      for (final Object outcome in outcomes) {
        if (outcome is SignInRequiredException) {
          fail(outcome);
          break;
        }
      }
    }
  }

  LayermintException? _passingFailure(List<Object> outcomes) {
    for (final Object outcome in outcomes) {
      if (outcome is LayermintException && !outcome.isFinal) {
        return outcome;
      }
    }
    return null;
  }

  void _settle(Run run, Entry entry, Object outcome) {
    final Flight? flight = entry.flight;
    if (flight == null || !identical(flight.run, run)) {
      return;
    }
    if (outcome is LayermintException) {
      _fail(entry, outcome);
      return;
    }
    if (outcome is HeldToken && !_keep(entry, outcome)) {
      return;
    }
    _end(entry, run);
    for (final Waiter waiter in flight.waiters.toList()) {
      waiter.done(outcome);
    }
  }

  /// Sends one request. Completes with a [HeldToken], a [Revocation] or a [LayermintException] for each entry.
  Future<List<Object>> _request(Run run, List<Entry> entries) async {
    final bool isBatch = run.path == batchPath;
    _report(
      SourceEventType.request,
      request: isBatch ? null : entries.first.request,
      count: entries.length,
    );
    final Map<String, Object?> body =
        isBatch
            ? <String, Object?>{
              'requests': <Object?>[
                for (final Entry entry in entries) entry.body,
              ],
            }
            : entries.first.body;
    final Answer answer;
    try {
      answer = await _sender.send(run.path, body, run.cancel);
    } on LayermintException catch (error) {
      return List<Object>.filled(entries.length, error);
    }
    if (!isBatch || answer.status != 200) {
      return <Object>[
        for (final Entry entry in entries)
          _outcomeOf(entry, answer.status, answer.body, answer),
      ];
    }
    final Object? results = membersOf(answer.body)['results'];
    return <Object>[
      for (int at = 0; at < entries.length; at += 1)
        _resultOf(entries[at], _itemOf(results, at), answer),
    ];
  }

  Object? _itemOf(Object? list, int at) =>
      list is List<Object?> && at < list.length ? list[at] : null;

  Object _resultOf(Entry entry, Object? result, Answer answer) {
    final Map<String, Object?> members = membersOf(result);
    final Object? status = members['status'];
    return _outcomeOf(
      entry,
      status is int ? status : 200,
      members['token'] ?? members['problem'],
      answer,
    );
  }

  Object _outcomeOf(Entry entry, int status, Object? body, Answer answer) {
    if (status < 200 || status > 299) {
      return errorOf(status, body, answer);
    }
    final TokenRequest? asked = entry.request;
    if (asked == null) {
      try {
        return Revocation.fromJson(body);
      } on FormatException {
        return _unexpected(status);
      }
    }
    final HeldToken? held = readToken(body, asked, answer);
    if (held == null) {
      return _unexpected(status);
    }
    final bool isRefused =
        entry.flight?.refused.contains(held.token.jwt) ?? false;
    // The device slept during the request, or the service repeats itself within a second.
    if (leftMs(_time, held) <= 0 || isRefused) {
      return const UnavailableException('The new token cannot be used.');
    }
    return held;
  }

  LayermintException _unexpected(int status) => UnexpectedAnswerException(
    'The answer is not as described.',
    status: status,
  );
}

/// The error of a device without a network.
const OfflineException offline = OfflineException('The device is offline.');
