import 'dart:async';

import 'package:flutter/foundation.dart';
import 'package:layermint/layermint.dart';

import 'instant_sdk.dart';
import 'view_state.dart';

/// Decides which token the SDK's view has, and when it needs a new view. Widgets listen to it and draw its [state].
class DocumentSession extends ChangeNotifier {
  /// Opens the document of [request]. The first state is there when the constructor returns.
  ///
  /// [now] is the device's clock. It measures how long a token has been in use, never when it expires.
  DocumentSession({
    required TokenSource source,
    required TokenRequest request,
    required bool sdkReportsExpiry,
    void Function(Token token)? onToken,
    void Function(LayermintException error)? onError,
    DateTime Function() now = DateTime.now,
  }) : _source = source,
       _request = request,
       _sdkReportsExpiry = sdkReportsExpiry,
       _onTokenHook = onToken,
       _onErrorHook = onError,
       _now = now {
    _watch();
  }

  /// The SDK refused tokens so often in a row that another one is no help. The service and Document Engine then disagree, for
  /// example about the signing key.
  static const int _mostRefusals = 3;

  /// The wait before a renewal that failed is asked for again, while the SDK has no valid token.
  static const Duration _renewAgainAfter = Duration(seconds: 30);

  final TokenSource _source;
  final TokenRequest _request;
  final bool _sdkReportsExpiry;
  final void Function(Token token)? _onTokenHook;
  final void Function(LayermintException error)? _onErrorHook;
  final DateTime Function() _now;

  final CancelToken _cancel = CancelToken();
  Subscription? _subscription;
  bool _closed = false;

  LayermintViewState _state = const ViewWaiting();
  int _generation = 0;

  /// The token that the SDK has. Null while no view of the SDK is shown.
  Token? _shown;
  late DateTime _shownAt;

  /// The newest token of the watch.
  Token? _newest;

  /// The SDK refused [_shown] and has not got another one.
  bool _refused = false;
  int _refusals = 0;
  Future<void> Function(String jwt)? _reauthenticate;

  /// Replaces the token in use at [_replaceAt], when it expires.
  Timer? _replacement;
  DateTime? _replaceAt;
  Timer? _renewAgain;

  LayermintViewState get state => _state;

  /// The app came back to the foreground. Timers stand still while some devices sleep.
  void resumed() {
    final replaceAt = _replaceAt;
    if (replaceAt != null && !_now().isBefore(replaceAt)) _replace();
  }

  /// Starts again from nothing, after a refusal or a failure.
  void retry() {
    if (_closed) return;
    _stopWatching();
    _forgetView();
    _newest = null;
    _refusals = 0;
    _set(const ViewWaiting());
    _watch();
  }

  /// The SDK of view [generation] was accepted by Document Engine.
  void working(int generation) {
    if (_isCurrent(generation)) _refusals = 0;
  }

  /// The SDK of view [generation] can take a new token without a new view.
  void canReauthenticate(
    int generation,
    Future<void> Function(String jwt) reauthenticate,
  ) {
    if (!_isCurrent(generation)) return;
    _reauthenticate = reauthenticate;
    final newest = _newest;
    if (newest != null && newest.jwt != _shown?.jwt) _give(newest);
  }

  /// The SDK of view [generation] was refused with its token.
  void authenticationFailed(int generation) {
    if (!_isCurrent(generation) || _refused) return;
    _refuse(
      generation,
      const InstantFailure('Document Engine refuses the token'),
    );
  }

  /// The SDK of view [generation] cannot open the document. Without a code, the token can be the reason, so one new token is tried.
  void loadFailed(int generation, InstantFailure failure) {
    if (!_isCurrent(generation) || _refused) return;
    final perhapsToken = failure.code == null && _refusals == 0;
    if (failure.isAuthentication || perhapsToken) {
      _refuse(generation, failure, viewIsLost: true);
    } else {
      _fail(failure);
    }
  }

  @override
  void dispose() {
    _closed = true;
    _cancel.cancel();
    _stopWatching();
    _stopTimers();
    super.dispose();
  }

  void _watch() {
    _subscription = _source.watch(
      _request,
      onToken: _onToken,
      onError: _onError,
    );
  }

  void _onToken(Token token) {
    if (_closed) return;
    _newest = token;
    final shown = _shown;
    if (shown == null) {
      // After a failure the app decides, by retry().
      if (_state is! ViewFailed) _show(token);
      return;
    }
    if (token.jwt == shown.jwt) return;
    if (_refused || _reauthenticate != null) {
      _give(token);
    } else if (!_sdkReportsExpiry) {
      _replaceWhenExpired(shown);
    }
  }

  void _onError(LayermintException error) {
    if (_closed) return;
    _tell(_onErrorHook, error);
    if (error.isFinal) {
      _stopWatching();
      _forgetView();
      _set(ViewRefused(error));
    } else if (_shown == null && _state is! ViewFailed) {
      final offline = error is OfflineException;
      _set(offline ? ViewOffline(error) : ViewWaiting(error));
    }
  }

  /// Gets another token after the SDK refused the one in use.
  void _refuse(
    int generation,
    InstantFailure failure, {
    bool viewIsLost = false,
  }) {
    final shown = _shown;
    if (shown == null) return;
    _refused = true;
    _refusals += 1;
    if (_refusals >= _mostRefusals) {
      _fail(failure);
      return;
    }
    final newest = _newest;
    if (newest != null && newest.jwt != shown.jwt) {
      _give(newest);
      return;
    }
    unawaited(
      _renew(generation, shown.jwt, failure: viewIsLost ? failure : null),
    );
  }

  /// Renews the token [refused]. With [failure], the view of the SDK will never show the document.
  Future<void> _renew(
    int generation,
    String refused, {
    InstantFailure? failure,
  }) async {
    bool isOver() => !_isCurrent(generation) || !_refused;
    try {
      final token = await _source.renew(
        _request,
        refused: refused,
        cancel: _cancel,
      );
      if (isOver()) return;
      _newest = token;
      _give(token);
    } on LayermintException catch (error) {
      if (isOver()) return;
      _onError(error);
      // A final error has ended the view.
      if (isOver()) return;
      if (failure != null) {
        _fail(failure);
        return;
      }
      _renewAgain = Timer(
        _renewAgainAfter,
        () => unawaited(_renew(generation, refused)),
      );
    }
  }

  /// Gives the SDK a token: in place if the SDK can, else by a new view.
  void _give(Token token) {
    final reauthenticate = _reauthenticate;
    if (reauthenticate == null) {
      _show(token);
      return;
    }
    _stopTimers();
    _refused = false;
    _put(token);
    unawaited(_reauthenticateWith(token, reauthenticate, _generation));
  }

  Future<void> _reauthenticateWith(
    Token token,
    Future<void> Function(String jwt) reauthenticate,
    int generation,
  ) async {
    try {
      await reauthenticate(token.jwt);
    } on Object {
      // Any failure of the SDK: a new view is the way that always works.
      if (_isCurrent(generation) && identical(_shown, token)) _show(token);
    }
  }

  void _show(Token token) {
    _forgetView();
    _put(token);
    _generation += 1;
    _set(ViewReady(token, _generation));
  }

  void _put(Token token) {
    _shown = token;
    _shownAt = _now();
    _tell(_onTokenHook, token);
  }

  /// Calls a function of the app. If it throws, the document must still open, and still leave the screen when access ends.
  void _tell<T>(void Function(T value)? hook, T value) {
    try {
      hook?.call(value);
    } on Object catch (error, stack) {
      FlutterError.reportError(
        FlutterErrorDetails(
          exception: error,
          stack: stack,
          library: 'layermint_flutter',
        ),
      );
    }
  }

  /// Plans the replacement of [shown] for its end, with the newest token of that moment.
  ///
  /// The watch renews at `refreshAt`. So at most `expiresAt - refreshAt` is left of [shown] when its successor arrives, and nothing if
  /// it has been in use for its whole life. Both are differences of the server's times, as the device's clock can be wrong.
  void _replaceWhenExpired(Token shown) {
    if (_replacement != null) return;
    final life = shown.expiresAt.difference(shown.issuedAt);
    final unused = life - _now().difference(_shownAt);
    final afterRefresh = shown.expiresAt.difference(shown.refreshAt);
    final left = unused < afterRefresh ? unused : afterRefresh;
    if (left <= Duration.zero) {
      _replace();
      return;
    }
    _replaceAt = _now().add(left);
    _replacement = Timer(left, _replace);
  }

  void _replace() {
    final newest = _newest;
    if (_closed || _shown == null || newest == null) return;
    _refusals = 0;
    _give(newest);
  }

  void _fail(InstantFailure failure) {
    _forgetView();
    _set(ViewFailed(failure));
  }

  bool _isCurrent(int generation) =>
      !_closed && _shown != null && generation == _generation;

  void _forgetView() {
    _stopTimers();
    _shown = null;
    _refused = false;
    _reauthenticate = null;
  }

  void _stopTimers() {
    _replacement?.cancel();
    _replacement = null;
    _replaceAt = null;
    _renewAgain?.cancel();
    _renewAgain = null;
  }

  void _stopWatching() {
    _subscription?.close();
    _subscription = null;
  }

  void _set(LayermintViewState state) {
    _state = state;
    if (!_closed) notifyListeners();
  }
}
