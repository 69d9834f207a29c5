import 'dart:async';
import 'dart:math';

import 'server_time.dart';

/// Lets all work finish that is ready: microtasks, and timers without a wait.
Future<void> settle() async {
  for (int turn = 0; turn < 20; turn += 1) {
    await Future<void>(() {});
  }
}

/// A clock that stands still until a test moves it.
///
/// ```dart
/// final ManualClock clock = ManualClock();
/// final TokenSource source = TokenSource(api: api, callerToken: callerToken, clock: clock, httpClient: client);
/// await clock.advance(const Duration(minutes: 48));
/// ```
final class ManualClock implements Clock {
  /// [start] is the wall clock's first time; by default 2026-01-31 12:00 UTC. The monotonic clock begins at 0.
  ManualClock({DateTime? start})
    : _wall =
          (start ?? DateTime.utc(2026, DateTime.january, 31, 12))
              .millisecondsSinceEpoch;

  int _wall;
  int _monotonic = 0;
  final List<_ManualTimer> _timers = <_ManualTimer>[];

  /// The number of timers that run.
  int get timers => _timers.length;

  @override
  int now() => _wall;

  @override
  int monotonic() => _monotonic;

  /// Takes a longer wait than 2^31-1 ms as browsers do: as one of 1 ms.
  @override
  void Function() setTimeout(void Function() run, int milliseconds) {
    final int wait = milliseconds > 0x7fffffff ? 1 : max(milliseconds, 0);
    final _ManualTimer timer = _ManualTimer(_monotonic + wait, run);
    _timers.add(timer);
    return () {
      _timers.remove(timer);
    };
  }

  /// Moves both clocks, and fires the timers that are due meanwhile in the order of their times. After each it lets the work that
  /// is ready finish.
  Future<void> advance(Duration duration) async {
    final int end = _monotonic + duration.inMilliseconds;
    await settle();
    for (
      _ManualTimer? timer = _nextUntil(end);
      timer != null;
      timer = _nextUntil(end)
    ) {
      _timers.remove(timer);
      _move(timer.at - _monotonic);
      timer.run();
      await settle();
    }
    _move(end - _monotonic);
    await settle();
  }

  /// Moves the wall clock alone: a device that sleeps, or a user who sets the clock. [duration] can be negative.
  Future<void> jump(Duration duration) async {
    _wall += duration.inMilliseconds;
    await settle();
  }

  void _move(int milliseconds) {
    _wall += milliseconds;
    _monotonic += milliseconds;
  }

  /// Finds the first timer that is due at a time of the monotonic clock. Of two that are due together it is the older one.
  _ManualTimer? _nextUntil(int end) {
    _ManualTimer? next;
    for (final _ManualTimer timer in _timers) {
      if (timer.at <= end && (next == null || timer.at < next.at)) {
        next = timer;
      }
    }
    return next;
  }
}

final class _ManualTimer {
  _ManualTimer(this.at, this.run);

  final int at;
  final void Function() run;
}
