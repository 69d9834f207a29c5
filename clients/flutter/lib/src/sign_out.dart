import 'package:layermint/layermint.dart';

import 'local_documents.dart';

/// Signs the user out and removes their documents from the device.
///
/// Close every `LayermintInstantView` first. With [revokeTokens], the user's tokens end on all their devices, and open documents there
/// stop syncing. Revoking does not take a PDF off any device, so [localDocuments] removes the copies on this one, for each of
/// [serverUrls] (`serverUrl` of the tokens; usually one). Changes that were not synced yet are lost with them.
///
/// The copies are removed even if the revocation fails. Throws the source's [LayermintException] in that case, and
/// [LocalDocumentsException] if the copies cannot be removed. Either way [source] hands out no token any more.
Future<SignOutResult> signOutAndRemoveDocuments(
  TokenSource source, {
  required Iterable<String> serverUrls,
  bool revokeTokens = true,
  LocalDocuments localDocuments = const NativeLocalDocuments(),
}) async {
  try {
    return await source.signOut(revokeTokens: revokeTokens);
  } finally {
    for (final serverUrl in serverUrls.toSet()) {
      await localDocuments.removeAll(serverUrl);
    }
  }
}
