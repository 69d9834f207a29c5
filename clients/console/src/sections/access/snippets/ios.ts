import type { Repeated } from './index.ts';
import { inSwift } from './literals.ts';
import { nativeRemarks } from './native.ts';

/** Writes the request for the Swift files of docs/clients/ios.md. */
export function iosSnippet(repeated: Repeated): string {
  const { api, request, layer } = repeated;
  const opened = `documentId: ${inSwift(request.documentId)}${layer === '' ? '' : `, layer: ${inSwift(layer)}`}`;
  return `// signIn, show and navigationController are yours. signIn gives the user's access token.
${nativeRemarks(repeated)}let tokens = LayermintTokens(api: URL(string: ${inSwift(api)})!, callerToken: { renew in try await signIn.accessToken(renewed: renew) })
let documents = InstantDocuments(tokens: tokens, onEnd: { documentId, _, error in show(error, for: documentId) })
let controller = try await documents.viewController(${opened})
navigationController.pushViewController(controller, animated: true)
`;
}
