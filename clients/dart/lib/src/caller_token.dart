import 'dart:async';

import 'cancel_token.dart';
import 'errors.dart';
import 'server_time.dart';
import 'source_types.dart';

/// Fails as soon as [cancel] is cancelled. Neither an app's function nor every HTTP client watches it.
Future<T> untilCancelled<T>(CancelToken cancel, Future<T> future) {
  final Completer<T> completer = Completer<T>();
  void stop() {
    if (!completer.isCompleted) {
      completer.completeError(const AbortedException('The wait was aborted.'));
    }
  }

  if (cancel.isCancelled) {
    stop();
  }
  final void Function() remove = cancel.onCancel(stop);
  unawaited(
    future.then<void>(
      (T value) {
        remove();
        if (!completer.isCompleted) {
          completer.complete(value);
        }
      },
      onError: (Object error, StackTrace stack) {
        remove();
        if (!completer.isCompleted) {
          completer.completeError(error, stack);
        }
      },
    ),
  );
  return completer.future;
}

final class _CallerTokenFlight {
  _CallerTokenFlight({
    required this.renew,
    required this.token,
    required this.cancel,
  });

  final bool renew;
  final Future<String> token;
  final CancelToken cancel;
}

/// The app's function for caller tokens, called once however many requests need one.
final class CallerToken {
  CallerToken({
    required GetCallerToken callerToken,
    required Clock clock,
    required int maxWaitMs,
    required void Function(SourceEvent event) report,
  }) : _callerToken = callerToken,
       _clock = clock,
       _maxWaitMs = maxWaitMs,
       _report = report;

  /// Printable ASCII. An HTTP client would show any other text in the message of its own error.
  static final RegExp _usable = RegExp(r'^[\x21-\x7e]+$');

  final GetCallerToken _callerToken;
  final Clock _clock;
  final int _maxWaitMs;
  final void Function(SourceEvent event) _report;
  _CallerTokenFlight? _flight;
  int _renewals = 0;
  Future<String>? _renewed;

  /// The number of renewals so far.
  int get renewals => _renewals;

  /// True while a call of the app's function runs.
  bool get isPending => _flight != null;

  /// Completes with the caller token. Throws a [CallerTokenException].
  Future<String> current() => _get(renew: false);

  /// Completes with another caller token than a refused one. Throws a [CallerTokenException].
  ///
  /// [before] is the number of renewals at the time of the refused request.
  Future<String> another(int before) {
    final Future<String>? renewed = _renewed;
    return _renewals > before && renewed != null ? renewed : _get(renew: true);
  }

  /// Forgets the call that runs, so that its caller token is not used.
  void drop() {
    _flight?.cancel.cancel();
    _flight = null;
    _renewed = null;
  }

  Future<String> _get({required bool renew}) {
    final _CallerTokenFlight? flight = _flight;
    if (flight == null) {
      return _start(renew: renew);
    }
    if (flight.renew || !renew) {
      return flight.token;
    }
    // The running call can still give the refused token.
    return flight.token.then<String>(
      (String _) => _get(renew: true),
      onError: (Object _) => _get(renew: true),
    );
  }

  Future<String> _start({required bool renew}) {
    final CancelToken cancel = CancelToken();
    final void Function() stopTimer = after(
      _clock,
      Mark(_clock),
      _maxWaitMs,
      cancel.cancel,
    );
    final Future<String> token = _call(renew, cancel);
    final _CallerTokenFlight mine = _CallerTokenFlight(
      renew: renew,
      token: token,
      cancel: cancel,
    );
    _flight = mine;
    if (renew) {
      _renewed = token;
    }
    void end() {
      stopTimer();
      if (identical(_flight, mine)) {
        _flight = null;
      }
    }

    unawaited(
      token.then<void>(
        (String _) {
          end();
          if (renew && identical(_renewed, token)) {
            _renewals += 1;
            _report(
              const SourceEvent(type: SourceEventType.callerTokenRenewed),
            );
          }
        },
        onError: (Object _) {
          end();
        },
      ),
    );
    return token;
  }

  Future<String> _call(bool renew, CancelToken cancel) async {
    final String token;
    try {
      token = await untilCancelled<String>(
        cancel,
        Future<String>.sync(() => _callerToken(renew: renew)),
      );
    } on Object catch (cause) {
      throw CallerTokenException(
        'The function callerToken failed.',
        cause: cause,
      );
    }
    if (!_usable.hasMatch(token)) {
      throw const CallerTokenException(
        'callerToken must give a token, without "Bearer ".',
      );
    }
    return token;
  }
}
