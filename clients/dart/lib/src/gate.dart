import 'dart:async';
import 'dart:math';

import 'cancel_token.dart';
import 'errors.dart';
import 'server_time.dart';
import 'source_types.dart';

const int _mostInFlight = 4;
const int _firstBackoffMs = 1000;
const int _longestBackoffMs = 60000;
const int _spreadMs = 10000;

/// A run of requests that passes the gate before each of them.
abstract class Passenger {
  /// True if a call waits for it: after an outage it passes at once.
  bool urgent = false;
}

/// Ends the passage of one request: with the failure if the next request must wait, with `wasAnswered` if the service has
/// answered, and with neither if the request was aborted.
typedef Leave =
    void Function({required bool wasAnswered, LayermintException? failure});

final class _Waiting {
  _Waiting(this.passenger, this.completer);

  final Passenger passenger;

  /// Completes with null if the passenger was cancelled.
  final Completer<Leave?> completer;

  void Function() removeListener = _nothing;

  /// Cancels the delay that spreads renewals after an outage.
  void Function()? cancelDelay;
}

void _nothing() {}

/// The shared backoff of a source. After a failure it closes for the backoff, or for `Retry-After` if that is longer. Then one
/// request passes as a probe, and its success opens the gate for the others.
final class Gate {
  Gate({
    required Clock clock,
    required double Function() random,
    required bool Function() isOnline,
    required void Function(SourceEvent event) report,
  }) : _clock = clock,
       _random = random,
       _isOnline = isOnline,
       _report = report,
       _from = Mark(clock);

  final Clock _clock;
  final double Function() _random;
  final bool Function() _isOnline;
  final void Function(SourceEvent event) _report;
  final Set<_Waiting> _queue = <_Waiting>{};
  int _failures = 0;
  LayermintException? _last;

  /// Each failure begins a new period. Requests of a former one no longer count, whatever their outcome.
  int _period = 0;
  int _inFlight = 0;
  Mark _from;
  int _waitMs = 0;
  void Function()? _cancel;

  /// The failure of the last request, until one succeeds.
  LayermintException? get failure => _last;

  /// Completes once a request can be sent, with a function to call after it. Completes with null if [cancel] is cancelled before.
  Future<Leave?> enter(Passenger passenger, CancelToken cancel) {
    final Completer<Leave?> completer = Completer<Leave?>();
    if (cancel.isCancelled) {
      completer.complete(null);
      return completer.future;
    }
    final _Waiting waiting = _Waiting(passenger, completer);
    waiting.removeListener = cancel.onCancel(() {
      waiting.cancelDelay?.call();
      _queue.remove(waiting);
      completer.complete(null);
    });
    _queue.add(waiting);
    _pump();
    return completer.future;
  }

  /// Lets a passenger pass without the delay after an outage.
  void hurry(Passenger passenger) {
    passenger.urgent = true;
    for (final _Waiting waiting in _queue) {
      if (identical(waiting.passenger, passenger)) {
        waiting.cancelDelay?.call();
        waiting.cancelDelay = null;
      }
    }
    _pump();
  }

  /// Ends a wait that a network error caused, since the network is back, and any wait that is over.
  void wake() {
    final bool isOver =
        _last is UnreachableException || since(_clock, _from) >= _waitMs;
    if (_cancel != null && isOver) {
      _open();
    } else {
      _pump();
    }
  }

  /// Spreads the passengers that wait and are not urgent.
  void spread() {
    for (final _Waiting waiting in _queue) {
      waiting.cancelDelay?.call();
      waiting.cancelDelay =
          waiting.passenger.urgent
              ? null
              : after(_clock, Mark(_clock), (_random() * _spreadMs).ceil(), () {
                waiting.cancelDelay = null;
                _pump();
              });
    }
  }

  /// Stops the timer of the backoff.
  void close() {
    _cancel?.call();
  }

  void _pump() {
    for (final _Waiting waiting in _queue.toList()) {
      final int most = _failures > 0 ? 1 : _mostInFlight;
      if (_cancel != null || !_isOnline() || _inFlight >= most) {
        return;
      }
      if (waiting.cancelDelay != null) {
        continue;
      }
      _queue.remove(waiting);
      _inFlight += 1;
      waiting.removeListener();
      final int entered = _period;
      waiting.completer.complete(({
        required bool wasAnswered,
        LayermintException? failure,
      }) {
        _leave(entered, wasAnswered: wasAnswered, failure: failure);
      });
    }
  }

  void _open() {
    _cancel?.call();
    _cancel = null;
    _pump();
  }

  void _shut(int milliseconds, LayermintException failure) {
    _cancel?.call();
    _from = Mark(_clock);
    _waitMs = milliseconds;
    _cancel = after(_clock, _from, milliseconds, _open);
    _report(
      SourceEvent(
        type: SourceEventType.retryPlanned,
        wait: Duration(milliseconds: milliseconds),
        code: failure.code,
        status: failure.status,
      ),
    );
  }

  void _leave(
    int entered, {
    required bool wasAnswered,
    LayermintException? failure,
  }) {
    final int retryAfterMs = failure?.retryAfter?.inMilliseconds ?? 0;
    if (entered != _period) {
      final int leftMs = _waitMs - since(_clock, _from);
      if (failure != null && _cancel != null && retryAfterMs > leftMs) {
        _shut(retryAfterMs, failure);
      }
      return;
    }
    _inFlight -= 1;
    if (failure != null) {
      _period += 1;
      _inFlight = 0;
      _last = failure;
      final int backoffMs = min(
        _firstBackoffMs << min(_failures, 10),
        _longestBackoffMs,
      );
      _failures += 1;
      final int waitMs = (backoffMs * (0.5 + _random() / 2)).ceil();
      _shut(max(waitMs, retryAfterMs), failure);
    } else if (wasAnswered && _failures > 0) {
      _failures = 0;
      _last = null;
      spread();
    }
    _pump();
  }
}
