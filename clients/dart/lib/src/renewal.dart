import 'dart:async';

import 'api_types.dart';
import 'errors.dart';
import 'flights.dart';
import 'held_tokens.dart';
import 'server_time.dart';
import 'source_types.dart';

/// The listeners of one watch.
final class Watch {
  Watch({required this.onToken, required this.onError});

  final void Function(Token token) onToken;
  final void Function(LayermintException error)? onError;
}

/// The watches of a source: it renews their tokens by timer.
final class Renewal {
  /// [checkUser] is called before a renewal. If another user has signed in, the entry has no watches after it.
  Renewal(Time time, Flights flights, Report report, void Function() checkUser)
    : _time = time,
      _flights = flights,
      _report = report,
      _checkUser = checkUser;

  final Time _time;
  final Flights _flights;
  final Report _report;
  final void Function() _checkUser;

  /// Adds a watch to an entry, and tells it of the held token. Returns the function that removes it.
  void Function() watch(Entry entry, Watch watch, Token? held) {
    entry.watches.add(watch);
    if (held != null) {
      scheduleMicrotask(() {
        // A new one can have replaced it in the meantime.
        if (identical(entry.held?.token, held)) {
          _tell(entry, <Watch>[watch], (Watch to) => to.onToken(held));
        }
      });
    }
    check(entry);
    return () {
      if (!entry.watches.remove(watch) || entry.watches.isNotEmpty) {
        return;
      }
      entry.cancelTimer?.call();
      entry.flight?.watched = false;
      _flights.release(entry);
    };
  }

  /// Tells the watches of an entry about its new token, and plans the next renewal.
  void renewed(Entry entry, Token token) {
    _tell(entry, entry.watches.toList(), (Watch to) => to.onToken(token));
    check(entry);
  }

  /// Tells the watches of an entry about a failure. A final one ends them.
  void failed(Entry entry, LayermintException error) {
    final List<Watch> watches = entry.watches.toList();
    _tell(entry, watches, (Watch to) => to.onError?.call(error));
    if (error.isFinal) {
      entry.watches.removeAll(watches);
      check(entry);
    }
  }

  /// Renews the token of a watched entry if it is due, or plans its renewal anew: the device can have slept.
  void check(Entry entry) {
    entry.cancelTimer?.call();
    if (entry.watches.isEmpty) {
      return;
    }
    final HeldToken? held = entry.held;
    if (held != null && !isDue(_time, held)) {
      entry.cancelTimer = _time.after(
        held.waitMs,
        () => check(entry),
        from: held.received,
      );
      return;
    }
    _checkUser();
    if (entry.watches.isEmpty) {
      return;
    }
    if (entry.flight == null) {
      _flights.start(<Entry>[entry]);
    }
    entry.flight?.watched = true;
  }

  void _tell(Entry entry, List<Watch> watches, void Function(Watch to) call) {
    for (final Watch watch in watches) {
      try {
        if (entry.watches.contains(watch)) {
          call(watch);
        }
      } on Object {
        // Its message can hold the token, so it is not reported.
        _report(SourceEventType.listenerFailed, request: entry.request);
      }
    }
  }
}
