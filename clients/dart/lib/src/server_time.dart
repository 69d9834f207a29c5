import 'dart:async';
import 'dart:math';

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
  /// Marks the present moment.
  Mark(Clock clock) : wall = clock.now(), monotonic = clock.monotonic();

  /// Milliseconds by the wall clock.
  final int wall;

  /// Milliseconds by the monotonic clock.
  final int monotonic;
}

/// Tells the milliseconds since a moment. Of both clocks the larger difference counts: one stops, and one can be set back.
int since(Clock clock, Mark mark) =>
    max(clock.now() - mark.wall, clock.monotonic() - mark.monotonic);

/// The longest wait that platforms take. In a browser, a longer one would fire at once.
const int _longestTimer = 0x7fffffff;

/// Calls a function once [milliseconds] have passed since a moment, unless the returned function is called before.
void Function() after(
  Clock clock,
  Mark from,
  int milliseconds,
  void Function() run,
) {
  late void Function() cancel;
  void wait() {
    final int left = milliseconds - since(clock, from);
    cancel = clock.setTimeout(() {
      // The wait can be a part of it, and a timer can fire a little early.
      if (since(clock, from) < milliseconds) {
        wait();
      } else {
        run();
      }
    }, min(max(left, 0), _longestTimer));
  }

  wait();
  return () => cancel();
}
