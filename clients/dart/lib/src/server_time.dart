import 'dart:async';
import 'dart:math';

import 'cancel_token.dart';
import 'errors.dart';

/// The device's clocks and timers, as a source uses them.
abstract interface class Clock {
  /// The wall clock, in milliseconds since 1970. It can jump.
  int now();

  /// A clock that never jumps, in milliseconds. It stops while some devices sleep.
  int monotonic();

  /// Calls [run] after [milliseconds], at most 2^31-1, unless the returned function is called before.
  void Function() setTimeout(void Function() run, int milliseconds);
}

/// The clocks and timers of the platform.
final class DeviceClock implements Clock {
  /// Starts the monotonic clock at zero.
  DeviceClock() : _stopwatch = Stopwatch()..start();

  final Stopwatch _stopwatch;

  @override
  int now() => DateTime.now().millisecondsSinceEpoch;

  @override
  int monotonic() => _stopwatch.elapsedMilliseconds;

  @override
  void Function() setTimeout(void Function() run, int milliseconds) {
    final Timer timer = Timer(Duration(milliseconds: milliseconds), run);
    return timer.cancel;
  }
}

/// A moment, by both clocks of the device.
final class Mark {
  const Mark({required this.wall, required this.monotonic});

  /// Milliseconds by the wall clock.
  final int wall;

  /// Milliseconds by the monotonic clock.
  final int monotonic;
}

/// The longest wait that platforms take. In a browser, a longer one would fire at once.
const int _longestTimer = 0x7fffffff;

/// The clocks and timers of a source.
final class Time {
  /// Measures time by a device's clocks.
  Time(Clock clock) : _clock = clock;

  final Clock _clock;

  /// Marks the present moment.
  Mark mark() => Mark(wall: _clock.now(), monotonic: _clock.monotonic());

  /// Tells the milliseconds since a moment. Of both clocks the larger difference counts: one can stop, one can be set back.
  int since(Mark from) =>
      max(_clock.now() - from.wall, _clock.monotonic() - from.monotonic);

  /// Calls a function so many milliseconds after a moment, by default the present one, unless the returned function is called before.
  void Function() after(int milliseconds, void Function() run, {Mark? from}) {
    final Mark start = from ?? mark();
    late void Function() cancel;
    void wait() {
      final int left = min(milliseconds - since(start), _longestTimer);
      cancel = _clock.setTimeout(() {
        // A timer can fire a little early, and a long one is split.
        if (since(start) < milliseconds) {
          wait();
        } else {
          run();
        }
      }, max(left, 0));
    }

    wait();
    return () => cancel();
  }
}

/// Completes with the work, unless the time or [cancel] ends before: the app's functions need not watch theirs.
///
/// [begin] begins the work, and never ends it at once. It returns a function that is called at the end, whatever ended it. The future
/// fails with an [AbortedException] if [cancel] ended it, and with [timedOut] at the end of the time.
Future<T> bounded<T>(
  Time time,
  int milliseconds,
  CancelToken? cancel,
  void Function() Function(
    void Function(T value) done,
    void Function(Object error) fail,
  )
  begin, {
  required LayermintException Function() timedOut,
}) {
  AbortedException aborted() =>
      AbortedException('The call was aborted.', cause: cancel?.reason);
  if (cancel != null && cancel.isCancelled) {
    return Future<T>.error(aborted());
  }
  final Completer<T> completer = Completer<T>();
  final List<void Function()> ends = <void Function()>[];
  void end() {
    final List<void Function()> all = List<void Function()>.of(ends);
    ends.clear();
    for (final void Function() each in all) {
      each();
    }
  }

  void done(T value) {
    end();
    if (!completer.isCompleted) {
      completer.complete(value);
    }
  }

  void fail(Object error) {
    end();
    if (!completer.isCompleted) {
      completer.completeError(error);
    }
  }

  ends.add(time.after(milliseconds, () => fail(timedOut())));
  if (cancel != null) {
    ends.add(cancel.onCancel(() => fail(aborted())));
  }
  ends.add(begin(done, fail));
  return completer.future;
}

/// Runs a function with a [CancelToken] of its own for as long as [bounded] allows.
Future<T> boundedRun<T>(
  Time time,
  int milliseconds,
  CancelToken? cancel,
  Future<T> Function(CancelToken cancel) run,
) => bounded<T>(
  time,
  milliseconds,
  cancel,
  (void Function(T value) done, void Function(Object error) fail) {
    final CancelToken own = CancelToken();
    unawaited(
      Future<T>.microtask(() => run(own)).then<void>(
        done,
        onError: (Object error) {
          fail(error);
        },
      ),
    );
    return own.cancel;
  },
  timedOut: () => const UnreachableException('No answer came in time.'),
);
