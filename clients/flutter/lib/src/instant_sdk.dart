import 'package:flutter/widgets.dart';

/// The part of a document SDK that `LayermintInstantView` uses. `NutrientSdk` implements it; tests implement it with a fake.
abstract interface class InstantSdk {
  /// True if the SDK calls [InstantSlot.onAuthenticationFailed] once it is refused with the token of an open document.
  /// False: the widget gives the SDK the next token when the one in use has expired.
  bool get reportsFailedAuthentication;

  /// Builds the SDK's view. The widget that is returned must carry [InstantSlot.key].
  Widget build(BuildContext context, InstantSlot slot);
}

/// One view of the SDK, from its first frame until a view with another [key] replaces it.
@immutable
final class InstantSlot {
  const InstantSlot({
    required this.key,
    required this.serverUrl,
    required this.jwt,
    required this.onWorking,
    required this.onAuthenticationFailed,
    required this.onLoadFailed,
    required this.onCanReauthenticate,
  });

  final Key key;

  /// The base URL of Document Engine.
  final String serverUrl;

  final String jwt;

  /// To be called when the SDK was accepted: authenticated, synced or loaded.
  final VoidCallback onWorking;

  /// To be called when the SDK was refused with its token.
  final VoidCallback onAuthenticationFailed;

  /// To be called when the SDK cannot open the document.
  final void Function(InstantFailure failure) onLoadFailed;

  /// To be called, once, by an SDK that takes a new token without a new view. The function throws if the SDK refuses the token;
  /// then the widget builds a new view.
  final void Function(Future<void> Function(String jwt) reauthenticate)
  onCanReauthenticate;
}

/// The reason for which the SDK could not open a document.
@immutable
final class InstantFailure {
  const InstantFailure(this.message, {this.code});

  /// The SDK's text, for developers.
  final String message;

  /// Name of a constant of `InstantErrorCode` in Nutrient's SDK for Android. Null on iOS and on the web.
  final String? code;

  /// The token was refused, for example because it expired or was revoked.
  bool get isAuthentication => code == 'AUTHENTICATION_FAILED';

  /// The copy on the device belongs to another user id than the token's. Remove it (`LocalDocuments`), then try again.
  bool get isUserMismatch => code == 'USER_MISMATCH';

  @override
  String toString() =>
      code == null
          ? 'InstantFailure: $message'
          : 'InstantFailure $code: $message';
}
