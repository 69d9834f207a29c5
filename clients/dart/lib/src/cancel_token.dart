/// Cancels one or more calls of a token source.
///
/// ```dart
/// final CancelToken cancel = CancelToken();
/// final Future<Token> token = source.token(request, cancel: cancel);
/// cancel.cancel('the page was left');
/// ```
///
/// A cancelled call fails with an `AbortedException`. Calls of other widgets for the same document continue.
final class CancelToken {
  final Set<void Function()> _listeners = <void Function()>{};
  bool _isCancelled = false;
  Object? _reason;

  /// True after the first call of [cancel].
  bool get isCancelled => _isCancelled;

  /// The value that [cancel] was given; null before that.
  Object? get reason => _reason;

  /// Cancels the calls that were given this token. A second call has no effect.
  void cancel([Object? reason]) {
    if (_isCancelled) {
      return;
    }
    _isCancelled = true;
    _reason = reason;
    final List<void Function()> listeners = List<void Function()>.of(
      _listeners,
    );
    _listeners.clear();
    for (final void Function() listener in listeners) {
      listener();
    }
  }

  /// Calls [listener] once, on [cancel]. It is not called if the token is cancelled already: read [isCancelled] first.
  ///
  /// Returns a function that removes the listener.
  void Function() onCancel(void Function() listener) {
    if (!_isCancelled) {
      _listeners.add(listener);
    }
    return () {
      _listeners.remove(listener);
    };
  }
}
