import 'dart:async';
import 'dart:math';

import 'errors.dart';
import 'server_time.dart';
import 'source_types.dart';

const int _mostInFlight = 4;
const int _firstBackoffMs = 1000;
const int _longestBackoffMs = 60000;
const int _spreadMs = 10000;

/// A run of requests, which passes the gate before each of them.
abstract class Passenger {
  /// True if a call waits for it: after an outage it passes at once.
  bool urgent = false;

  /// Called by the gate to let it pass.
  void Function(Leave leave)? pass;

  /// Cancels the delay that spreads renewals after an outage.
  void Function()? cancelDelay;
}

/// Ends a pass: with the failure if the next request must wait, with `wasAnswered` after an answer, and with neither after an abort.
typedef Leave =
    void Function({required bool wasAnswered, LayermintException? failure});

/// The shared backoff of a source. After a failure it closes for the backoff, or for `Retry-After` if that is longer. Then one
/// request passes as a probe, and its success opens the gate for the others.
final class Gate {
  Gate(
    Time time,
    double Function() random,
    bool Function() isOnline,
    Report report,
  ) : _time = time,
      _random = random,
      _isOnline = isOnline,
      _report = report,
      _from = time.mark();

  final Time _time;
  final double Function() _random;
  final bool Function() _isOnline;
  final Report _report;
  final Set<Passenger> _queue = <Passenger>{};
  int _failures = 0;
  LayermintException? _last;

  /// A failure begins a new period. The requests of a former one no longer count, whatever their outcome.
  int _period = 0;
  int _inFlight = 0;
  Mark _from;

  /// Not 0: the gate is closed.
  int _closedMs = 0;
  void Function()? _cancel;

  /// The failure of the last request, until one succeeds.
  LayermintException? get failure => _last;

  /// Completes once a request can be sent; never if the passenger quits before.
  Future<Leave> enter(Passenger passenger) {
    final Completer<Leave> completer = Completer<Leave>();
    passenger.pass = completer.complete;
    _queue.add(passenger);
    _pump();
    return completer.future;
  }

  /// Removes a passenger that waits.
  void quit(Passenger passenger) {
    _undelay(passenger);
    _queue.remove(passenger);
  }

  /// Lets a passenger pass without the delay after an outage.
  void hurry(Passenger passenger) {
    passenger.urgent = true;
    _undelay(passenger);
    // The user can have signed in since.
    if (_last is CallerTokenException) {
      _open();
    } else {
      _pump();
    }
  }

  /// Ends a wait that a network error caused, and any wait that is over: the device is back. [isSpread] spreads the passengers that
  /// are not urgent.
  void wake({required bool isSpread}) {
    if (isSpread) {
      _spread();
    }
    if (_last is UnreachableException || _time.since(_from) >= _closedMs) {
      _open();
    } else {
      _pump();
    }
  }

  /// Stops the timer of the backoff.
  void close() {
    _cancel?.call();
  }

  void _pump() {
    for (final Passenger passenger in _queue.toList()) {
      final int most = _failures > 0 ? 1 : _mostInFlight;
      if (_closedMs > 0 || !_isOnline() || _inFlight >= most) {
        return;
      }
      if (passenger.cancelDelay != null) {
        continue;
      }
      _queue.remove(passenger);
      _inFlight += 1;
      final int entered = _period;
      passenger.pass?.call(({
        required bool wasAnswered,
        LayermintException? failure,
      }) {
        _leave(entered, wasAnswered: wasAnswered, failure: failure);
      });
    }
  }

  void _open() {
    _cancel?.call();
    _closedMs = 0;
    _pump();
  }

  void _undelay(Passenger passenger) {
    passenger.cancelDelay?.call();
    passenger.cancelDelay = null;
  }

  void _spread() {
    for (final Passenger passenger in _queue.toList()) {
      _undelay(passenger);
      if (!passenger.urgent) {
        final int delayMs = (_random() * _spreadMs).ceil();
        passenger.cancelDelay = _time.after(delayMs, () {
          passenger.cancelDelay = null;
          _pump();
        });
      }
    }
  }

  void _leave(
    int entered, {
    required bool wasAnswered,
    LayermintException? failure,
  }) {
    final bool isCurrent = entered == _period;
    int waitMs = failure?.retryAfter?.inMilliseconds ?? 0;
    if (isCurrent) {
      _inFlight -= 1;
      if (failure != null) {
        _period += 1;
        _inFlight = 0;
        _last = failure;
        waitMs = max(_backoffMs(), waitMs);
      } else if (wasAnswered && _failures > 0) {
        _failures = 0;
        _last = null;
        _spread();
      }
    }
    final int leftMs = max(_closedMs - _time.since(_from), 0);
    if (failure != null && (isCurrent || waitMs > leftMs)) {
      _cancel?.call();
      _from = _time.mark();
      _closedMs = waitMs;
      _cancel = _time.after(waitMs, _open);
      _report(
        SourceEventType.retryPlanned,
        waitMs: waitMs,
        code: failure.code,
        status: failure.status,
      );
    }
    _pump();
  }

  /// Draws the wait after a failure, and doubles the next one.
  int _backoffMs() {
    final int longest = min(
      _firstBackoffMs << min(_failures, 10),
      _longestBackoffMs,
    );
    _failures += 1;
    return (longest * (0.5 + _random() / 2)).ceil();
  }
}
