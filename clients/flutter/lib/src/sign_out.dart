import 'package:layermint/layermint.dart';

import 'local_documents.dart';

/// Removes the user's documents from the device, and signs the user out.
///
/// Close every `LayermintInstantView` first. [localDocuments] removes the copies of each of [serverUrls] (`serverUrl` of the tokens;
/// usually one). Changes that were not synced yet are lost with them. Revoking alone does not take a PDF off any device. With
/// [revokeTokens], the user's tokens end on all their devices, and open documents there stop syncing.
///
/// The copies go first, so that no outage can keep them. Each server and each half is done even if another fails. Throws the source's
/// [LayermintException] if the revocation failed, else the [LocalDocumentsException] of the copies. Either way [source] hands out no
/// token any more.
Future<SignOutResult> signOutAndRemoveDocuments(
  TokenSource source, {
  required Iterable<String> serverUrls,
  bool revokeTokens = true,
  LocalDocuments localDocuments = const NativeLocalDocuments(),
}) async {
  Object? failure;
  StackTrace? stack;
  for (final serverUrl in serverUrls.toSet()) {
    try {
      await localDocuments.removeAll(serverUrl);
    } on Object catch (error, trace) {
      failure ??= error;
      stack ??= trace;
    }
  }
  final result = await source.signOut(revokeTokens: revokeTokens);
  if (failure != null && stack != null) {
    Error.throwWithStackTrace(failure, stack);
  }
  return result;
}
