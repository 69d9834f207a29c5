import 'package:layermint/layermint.dart';

import 'instant_sdk.dart';

/// The state of a `LayermintInstantView`. Its builder gets every state but [ViewReady].
sealed class LayermintViewState {
  const LayermintViewState();
}

/// No token yet: the first request runs, or will be tried again.
final class ViewWaiting extends LayermintViewState {
  const ViewWaiting([this.error]);

  /// The failure of the last attempt, if one failed. The next attempt is planned.
  final LayermintException? error;
}

/// The device is offline and holds no token. The document opens once the device is online.
final class ViewOffline extends LayermintViewState {
  const ViewOffline(this.error);

  final LayermintException error;
}

/// The service refused, or the source ended. Nothing is tried again until `retry`, and the document is not shown.
final class ViewRefused extends LayermintViewState {
  const ViewRefused(this.error);

  /// The reason, such as [NoAccessException] or [SignInRequiredException].
  final LayermintException error;
}

/// The SDK could not open the document, although the service gave a token.
final class ViewFailed extends LayermintViewState {
  const ViewFailed(this.failure);

  final InstantFailure failure;
}

/// The SDK shows the document.
final class ViewReady extends LayermintViewState {
  const ViewReady(this.token, this.generation);

  /// The token that the SDK has, or had at first if it was renewed in place.
  final Token token;

  /// Counts the SDK's views of this document. A new number is a new key, so Flutter builds a new view.
  final int generation;
}
