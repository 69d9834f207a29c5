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
  /// [checkUser] is called before a renewal. Another user can have signed in; then the entry has no watches any more.
  Renewal({
    required Clock clock,
    required Flights flights,
    required void Function(SourceEvent event) report,
    required void Function() checkUser,
  }) : _clock = clock,
       _flights = flights,
       _report = report,
       _checkUser = checkUser;

  final Clock _clock;
  final Flights _flights;
  final void Function(SourceEvent event) _report;
  final void Function() _checkUser;

  /// Adds a watch to an entry, and tells it of the held token. Returns the function that removes it.
  void Function() watch(Entry entry, Watch watch, Token? held) {
    entry.watches.add(watch);
    if (held != null) {
      scheduleMicrotask(() {
        // Replaced, dropped or told in the meantime?
        if (identical(entry.held?.token, held)) {
          _tell(entry, watch, (Watch it) => it.onToken(held));
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
  void renewed(Entry entry) {
    final Token? token = entry.held?.token;
    if (token != null) {
      _tellAll(entry, (Watch it) => it.onToken(token));
    }
    check(entry);
  }

  /// Tells the watches of an entry about a failure. A final one ends them.
  void failed(Entry entry, LayermintException error) {
    _tellAll(entry, (Watch it) => it.onError?.call(error));
    if (error.isFinal) {
      entry.watches.clear();
      entry.cancelTimer?.call();
    }
  }

  /// Renews the token of a watched entry if it is due, or plans its renewal anew: the device can have slept.
  void check(Entry entry) {
    entry.cancelTimer?.call();
    if (entry.watches.isEmpty) {
      return;
    }
    final HeldToken? held = entry.held;
    if (held == null || isDue(_clock, held)) {
      _renew(entry);
      return;
    }
    entry.cancelTimer = after(
      _clock,
      held.received,
      held.waitMs,
      () => _renew(entry),
    );
  }

  void _renew(Entry entry) {
    _checkUser();
    if (entry.watches.isEmpty) {
      return;
    }
    if (entry.flight == null) {
      _flights.start(<Entry>[entry]);
    }
    entry.flight?.watched = true;
  }

  void _tellAll(Entry entry, void Function(Watch watch) call) {
    for (final Watch watch in entry.watches.toList()) {
      _tell(entry, watch, call);
    }
  }

  void _tell(Entry entry, Watch watch, void Function(Watch watch) call) {
    if (!entry.watches.contains(watch)) {
      return;
    }
    try {
      call(watch);
    } on Object {
      // Its message can hold the token, so it is not reported.
      _report(
        SourceEvent(
          type: SourceEventType.listenerFailed,
          documentId: entry.request?.documentId,
          layer: entry.request?.layer ?? '',
        ),
      );
    }
  }
}
