import 'dart:async';

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
  Waiter({required this.hasOther});

  /// True: the first failure ends the wait, since there is a held token to fall back on.
  final bool hasOther;

  final Completer<Object> _completer = Completer<Object>();
  void Function() _leave = _nothing;

  /// Completes the call.
  void done(Object value) {
    _leave();
    if (!_completer.isCompleted) {
      _completer.complete(value);
    }
  }

  /// Fails the call.
  void fail(LayermintException error) {
    _leave();
    if (!_completer.isCompleted) {
      _completer.completeError(error);
    }
  }
}

void _nothing() {}

/// The way to the value of one entry, however many wait for it.
final class Flight {
  Flight(this.run);

  final Set<Waiter> waiters = <Waiter>{};
  final Run run;

  /// True if a watch waits. It waits as long as the watch lives.
  bool watched = false;

  /// The tokens that must not be its value.
  final Set<String> refused = <String>{};
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
}

/// Either the value for one entry, or its error. The value is a [HeldToken] or a [Revocation].
final class _Outcome {
  const _Outcome.value(Object this.value) : error = null;
  const _Outcome.error(LayermintException this.error) : value = null;

  final Object? value;
  final LayermintException? error;
}

/// The flights of a source.
final class Flights {
  /// * [checkUser] is called before each request and after its answer: another user can have signed in.
  /// * [keep] keeps a new token. It returns false if it is for another user, after everything was dropped.
  /// * [failed] tells the watches of an entry about a failure.
  Flights({
    required Gate gate,
    required Sender sender,
    required Clock clock,
    required int maxWaitMs,
    required bool Function() isOnline,
    required bool Function() isCallerTokenPending,
    required void Function(SourceEvent event) report,
    required void Function() checkUser,
    required bool Function(Entry entry, HeldToken held) keep,
    required void Function(Entry entry, LayermintException error) failed,
  }) : _gate = gate,
       _sender = sender,
       _clock = clock,
       _maxWaitMs = maxWaitMs,
       _isOnline = isOnline,
       _isCallerTokenPending = isCallerTokenPending,
       _report = report,
       _checkUser = checkUser,
       _keep = keep,
       _failed = failed;

  final Gate _gate;
  final Sender _sender;
  final Clock _clock;
  final int _maxWaitMs;
  final bool Function() _isOnline;
  final bool Function() _isCallerTokenPending;
  final void Function(SourceEvent event) _report;
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
    // Not at once, so that everyone who waits has joined before a first failure.
    unawaited(Future<void>.microtask(() => _drive(run)));
  }

  /// Completes with the value of an entry's flight, and begins one if there is none. Fails with a [LayermintException], also if the
  /// wait is over or [cancel] is cancelled.
  Future<Object> wait(
    Entry entry, {
    CancelToken? cancel,
    bool hasOther = false,
    bool isBackground = false,
  }) {
    if (entry.flight == null) {
      start(<Entry>[entry]);
    }
    final Flight flight = entry.flight!;
    final Waiter waiter = Waiter(hasOther: hasOther);
    final void Function() stopTimer = after(
      _clock,
      Mark(_clock),
      _maxWaitMs,
      () => waiter.fail(_lateness(flight)),
    );
    void abort() {
      waiter.fail(
        AbortedException('The call was aborted.', cause: cancel?.reason),
      );
    }

    final void Function()? removeListener = cancel?.onCancel(abort);
    waiter._leave = () {
      stopTimer();
      removeListener?.call();
      flight.waiters.remove(waiter);
      if (identical(entry.flight, flight)) {
        release(entry);
      }
    };
    flight.waiters.add(waiter);
    if (cancel != null && cancel.isCancelled) {
      abort();
    } else if (!isBackground) {
      _gate.hurry(flight.run);
    }
    return waiter._completer.future;
  }

  /// Ends an entry's flight if nobody waits for it.
  void release(Entry entry) {
    final Flight? flight = entry.flight;
    if (flight != null && !flight.watched && flight.waiters.isEmpty) {
      _end(entry);
    }
  }

  /// Fails all flights.
  void fail(LayermintException error) {
    for (final Run run in _runs.toList()) {
      _failRun(run, error);
    }
  }

  /// Lets all flights pass the gate without the delay after an outage.
  void hurry() {
    for (final Run run in _runs.toList()) {
      _gate.hurry(run);
    }
  }

  LayermintException _lateness(Flight flight) {
    final LayermintException? failure = flight.last ?? _gate.failure;
    if (failure != null) {
      return failure;
    }
    final String message = 'No answer came in $_maxWaitMs ms.';
    return _isCallerTokenPending()
        ? CallerTokenException(message)
        : UnreachableException(message);
  }

  Flight? _end(Entry entry) {
    final Flight? flight = entry.flight;
    entry.flight = null;
    if (flight != null) {
      final Run run = flight.run;
      if (run.entries.remove(entry) && run.entries.isEmpty) {
        _runs.remove(run);
        run.cancel.cancel();
      }
    }
    return flight;
  }

  void _failRun(Run run, LayermintException error) {
    // A listener that is told can end other flights of the run, or begin new ones.
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
      SourceEvent(
        type: SourceEventType.failed,
        documentId: entry.request?.documentId,
        layer: entry.request?.layer ?? '',
        code: error.code,
        status: error.status,
        requestId: error.problem?.requestId,
      ),
    );
    flight.last = error;
    if (error.isFinal) {
      _end(entry);
    }
    if (_isPlainFault(error)) {
      flight.faults += 1;
    }
    // A call waits for the network and for a service that is overloaded, and for nothing else.
    final bool isOver =
        error.isFinal ||
        error is OfflineException ||
        error is CallerTokenException ||
        (_isPlainFault(error) && flight.faults > 1);
    for (final Waiter waiter in flight.waiters.toList()) {
      if (isOver || waiter.hasOther) {
        waiter.fail(error);
      }
    }
    _failed(entry, error);
  }

  bool _isPlainFault(LayermintException error) {
    final int status = error.status ?? 0;
    return status >= 500 && status != 502 && status != 503 && status != 504;
  }

  Future<void> _drive(Run run) async {
    final CancelToken cancel = run.cancel;
    while (!cancel.isCancelled) {
      if (!_isOnline()) {
        _failRun(run, offline);
      }
      if (cancel.isCancelled) {
        return;
      }
      final Leave? leave = await _gate.enter(run, cancel);
      if (leave == null) {
        return;
      }
      _checkUser();
      final List<Entry> entries = run.entries.toList();
      final List<_Outcome> outcomes =
          cancel.isCancelled ? <_Outcome>[] : await _request(run, entries);
      if (!cancel.isCancelled) {
        _checkUser();
      }
      // The user, or a call, has left in the meantime: the answer is not used.
      if (cancel.isCancelled) {
        leave(wasAnswered: false);
        return;
      }
      leave(wasAnswered: true, failure: _passingFailure(outcomes));
      for (int at = 0; at < entries.length; at += 1) {
        final Entry entry = entries[at];
        final _Outcome outcome = outcomes[at];
        if (!identical(entry.flight?.run, run)) {
          continue;
        }
        final LayermintException? error = outcome.error;
        final Object? value = outcome.value;
        if (error != null) {
          _fail(entry, error);
        } else if (value != null) {
          _settle(entry, value);
        }
      }
    }
  }

  LayermintException? _passingFailure(List<_Outcome> outcomes) {
    for (final _Outcome outcome in outcomes) {
      final LayermintException? error = outcome.error;
      if (error != null && !error.isFinal) {
        return error;
      }
    }
    return null;
  }

  Future<List<_Outcome>> _request(Run run, List<Entry> entries) async {
    final bool isBatch = run.path == batchPath;
    final TokenRequest? first = isBatch ? null : entries.first.request;
    _report(
      SourceEvent(
        type: SourceEventType.request,
        documentId: first?.documentId,
        layer: first?.layer ?? '',
        count: entries.length,
      ),
    );
    try {
      final Map<String, Object?> body =
          isBatch
              ? <String, Object?>{
                'requests': <Object?>[
                  for (final Entry entry in entries) entry.body,
                ],
              }
              : entries.first.body;
      final Answer answer = await _sender.send(run.path, body, run.cancel);
      if (!isBatch || answer.status != 200) {
        return <_Outcome>[
          for (final Entry entry in entries)
            _outcomeOf(entry, run.path, answer.status, answer.body, answer),
        ];
      }
      final Object? results = membersOf(answer.body)['results'];
      return <_Outcome>[
        for (int at = 0; at < entries.length; at += 1)
          _resultOf(entries[at], _itemOf(results, at), answer),
      ];
    } on LayermintException catch (error) {
      return <_Outcome>[for (final Entry _ in entries) _Outcome.error(error)];
    }
  }

  Object? _itemOf(Object? list, int at) =>
      list is List<Object?> && at < list.length ? list[at] : null;

  _Outcome _resultOf(Entry entry, Object? result, Answer answer) {
    final Map<String, Object?> members = membersOf(result);
    final Object? status = members['status'];
    return _outcomeOf(
      entry,
      batchPath,
      status is int ? status : answer.status,
      members['token'] ?? members['problem'],
      answer,
    );
  }

  _Outcome _outcomeOf(
    Entry entry,
    String path,
    int status,
    Object? body,
    Answer answer,
  ) {
    if (status < 200 || status > 299) {
      return _Outcome.error(errorOf(status, body, answer));
    }
    final TokenRequest? asked = entry.request;
    final Object? value =
        asked == null ? _revocationOf(body) : readToken(body, asked, answer);
    if (value == null) {
      return _Outcome.error(
        UnexpectedAnswerException(
          'The answer is not the expected one.',
          status: status,
        ),
      );
    }
    if (value is HeldToken) {
      final Flight? flight = entry.flight;
      final bool isRefused =
          flight != null && flight.refused.contains(value.token.jwt);
      // The device slept during the request, or the service repeats itself within a second.
      if (leftMs(_clock, value) <= 0 || isRefused) {
        return const _Outcome.error(
          UnavailableException('The new token cannot be used.'),
        );
      }
    }
    return _Outcome.value(value);
  }

  Revocation? _revocationOf(Object? body) {
    try {
      return Revocation.fromJson(body);
    } on FormatException {
      return null;
    }
  }

  void _settle(Entry entry, Object value) {
    if (value is HeldToken && !_keep(entry, value)) {
      return;
    }
    final Flight? flight = _end(entry);
    if (flight == null) {
      return;
    }
    for (final Waiter waiter in flight.waiters.toList()) {
      waiter.done(value is HeldToken ? value.token : value);
    }
  }
}

/// The error of a device without a network.
const OfflineException offline = OfflineException('The device is offline.');
