import 'cancel_token.dart';
import 'errors.dart';
import 'server_time.dart';
import 'source_types.dart';

final class _CallerTokenFlight {
  _CallerTokenFlight({required this.renew, required this.token});

  final bool renew;
  final Future<String> token;
}

/// The app's function for caller tokens, called once however many requests need one.
final class CallerToken {
  /// Wraps the app's function.
  CallerToken(
    GetCallerToken getCallerToken,
    Time time,
    int maxWaitMs,
    Report report,
  ) : _getCallerToken = getCallerToken,
      _time = time,
      _maxWaitMs = maxWaitMs,
      _report = report;

  /// Printable ASCII. An HTTP client would show any other text in the message of its own error.
  static final RegExp _usable = RegExp(r'^[!-~]+$');

  final GetCallerToken _getCallerToken;
  final Time _time;
  final int _maxWaitMs;
  final Report _report;
  _CallerTokenFlight? _flight;
  CancelToken _cancel = CancelToken();
  int _renewals = 0;
  Future<String>? _renewed;

  /// The number of renewals so far.
  int get renewals => _renewals;

  /// True while a call of the app's function runs.
  bool get isPending => _flight != null;

  /// Completes with the caller token. Fails with a [CallerTokenException].
  Future<String> current() => _get(renew: false);

  /// Completes with another caller token than a refused one. Fails with a [CallerTokenException].
  ///
  /// [before] is the number of renewals at the time of the refused request.
  Future<String> another(int before) {
    final Future<String>? renewed = _renewed;
    if (_renewals > before && renewed != null) {
      return renewed;
    }
    return _get(renew: true);
  }

  /// Forgets the call that runs, so that its caller token is not used.
  void drop() {
    _cancel.cancel();
    _cancel = CancelToken();
    _flight = null;
    _renewed = null;
  }

  Future<String> _get({required bool renew}) async {
    final _CallerTokenFlight? running = _flight;
    if (running == null) {
      final _CallerTokenFlight flight = _CallerTokenFlight(
        renew: renew,
        token: _call(renew: renew),
      );
      _flight = flight;
      if (renew) {
        _renewed = flight.token;
      }
      return flight.token;
    }
    if (renew && !running.renew) {
      // A plain call that runs can still give the refused token.
      try {
        await running.token;
      } on LayermintException {
        // The calls that wait for it have its error.
      }
      return _get(renew: true);
    }
    return running.token;
  }

  Future<String> _call({required bool renew}) async {
    final CancelToken cancel = _cancel;
    try {
      final String token = await boundedRun<String>(
        _time,
        _maxWaitMs,
        cancel,
        (CancelToken _) => _getCallerToken(renew: renew),
      );
      if (!_usable.hasMatch(token)) {
        throw const FormatException(
          'callerToken must give a token, without "Bearer ".',
        );
      }
      if (renew && !cancel.isCancelled) {
        _renewals += 1;
        _report(SourceEventType.callerTokenRenewed);
      }
      return token;
    } on Object catch (cause) {
      throw CallerTokenException(
        'callerToken gave no token: the cause is its error.',
        cause: cause,
      );
    } finally {
      if (!cancel.isCancelled) {
        _flight = null;
      }
    }
  }
}
