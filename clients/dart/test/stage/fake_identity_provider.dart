import 'dart:async';

/// A call of `callerToken` that waits for a step of the scenario.
final class CallerTokenCall {
  CallerTokenCall({required this.renew});

  /// The argument of the call.
  final bool renew;

  /// Completes the call.
  final Completer<String> answer = Completer<String>();
}

/// Gives caller tokens as clients/scenarios/README.md says.
final class FakeIdentityProvider {
  String _text = 'caller-1';
  String? _failure;
  bool _asks = false;

  /// The calls that wait, the oldest first.
  final List<CallerTokenCall> queue = <CallerTokenCall>[];

  /// The function for the token source.
  Future<String> callerToken({required bool renew}) {
    final String? failure = _failure;
    if (!renew && !_asks) {
      return failure == null
          ? Future<String>.value(_text)
          : Future<String>.error(Exception(failure));
    }
    final CallerTokenCall call = CallerTokenCall(renew: renew);
    queue.add(call);
    return call.answer.future;
  }

  /// Answers calls without `renew` with this text from now on.
  void gives(String text) {
    _text = text;
    _failure = null;
    _asks = false;
  }

  /// Fails calls without `renew` from now on.
  void fails(String message) {
    _failure = message;
    _asks = false;
  }

  /// Puts calls without `renew` into the queue from now on.
  void asks() {
    _failure = null;
    _asks = true;
  }
}
