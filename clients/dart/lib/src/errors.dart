import 'api_types.dart';

/// An outcome that is not a token. Its message is for developers, and never holds a token.
///
/// The classes below are all there are, so a `switch` needs no default:
///
/// ```dart
/// try {
///   await source.token(request);
/// } on LayermintException catch (error) {
///   switch (error) {
///     case NoAccessException(:final Problem? problem):
///       showNoAccess(problem?.detail);
///     case SignInRequiredException():
///       signIn();
///     case UnavailableException() || UnreachableException() || OfflineException():
///       showRetry();
///     case CallerTokenException() ||
///         InvalidRequestException() ||
///         UnexpectedAnswerException() ||
///         UserChangedException() ||
///         SignedOutException() ||
///         ClosedException() ||
///         AbortedException():
///       showError(error.code);
///   }
/// }
/// ```
sealed class LayermintException implements Exception {
  const LayermintException(
    this.message, {
    this.status,
    this.problem,
    this.retryAfter,
    this.cause,
  });

  /// Sentence for developers.
  final String message;

  /// The HTTP status of the answer, if there was one.
  final int? status;

  /// The body of the answer, as far as it is readable.
  final Problem? problem;

  /// The wait that the service asked for; at most 5 minutes.
  final Duration? retryAfter;

  /// The error of the application or the network behind this one.
  final Object? cause;

  /// Stable text to decide by. The TypeScript client has the same codes.
  String get code;

  /// True: the same call fails again until something else has changed. A watch ends with it.
  bool get isFinal => true;

  @override
  String toString() => 'LayermintException($code): $message';
}

/// 403: the user has no grant, or has lost it.
final class NoAccessException extends LayermintException {
  const NoAccessException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'no-access';
}

/// 401, and again with a renewed caller token: the user must sign in.
final class SignInRequiredException extends LayermintException {
  const SignInRequiredException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'sign-in-required';
}

/// `callerToken` failed, did not answer in time, or gave no usable text.
final class CallerTokenException extends LayermintException {
  const CallerTokenException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'caller-token-failed';

  @override
  bool get isFinal => false;
}

/// Any other 4xx: the request itself is at fault.
final class InvalidRequestException extends LayermintException {
  const InvalidRequestException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'invalid-request';
}

/// The service answered 429 or 5xx until the wait was over.
final class UnavailableException extends LayermintException {
  const UnavailableException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'unavailable';

  @override
  bool get isFinal => false;
}

/// No answer arrived until the wait was over.
final class UnreachableException extends LayermintException {
  const UnreachableException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'unreachable';

  @override
  bool get isFinal => false;
}

/// The device is offline, and no live token is held.
final class OfflineException extends LayermintException {
  const OfflineException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'offline';

  @override
  bool get isFinal => false;
}

/// The answer is not the one that the API describes, or is for another document or layer.
final class UnexpectedAnswerException extends LayermintException {
  const UnexpectedAnswerException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'unexpected-answer';
}

/// Another user has signed in. The tokens of the former one were dropped.
final class UserChangedException extends LayermintException {
  const UserChangedException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'user-changed';
}

/// `signOut` was called before.
final class SignedOutException extends LayermintException {
  const SignedOutException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'signed-out';
}

/// `close` was called before.
final class ClosedException extends LayermintException {
  const ClosedException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'closed';
}

/// The `CancelToken` of this call was cancelled; [cause] is its reason.
final class AbortedException extends LayermintException {
  const AbortedException(
    super.message, {
    super.status,
    super.problem,
    super.retryAfter,
    super.cause,
  });

  @override
  String get code => 'aborted';
}
