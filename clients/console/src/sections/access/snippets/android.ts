import type { Repeated } from './index.ts';
import { inKotlin } from './literals.ts';
import { nativeRemarks } from './native.ts';

/** Writes the request for the Kotlin files of docs/clients/android.md. */
export function androidSnippet(repeated: Repeated): string {
  const { api, request, layer } = repeated;
  const opened = `${inKotlin(request.documentId)}${layer === '' ? '' : `, layer = ${inKotlin(layer)}`}`;
  return `// signIn and showReason are yours. signIn gives the user's access token.
${nativeRemarks(repeated)}class YourApplication : Application() {
    // Make a new one for the next user.
    var tokens = LayermintTokens(api = ${inKotlin(api)}) { renew -> signIn.accessToken(renewed = renew) }
}

// In an activity:
lifecycleScope.launch {
    try {
        val tokens = (application as YourApplication).tokens
        openDocument(this@YourActivity, tokens, ${opened})
    } catch (e: LayermintException) {
        showReason(e)
    }
}
`;
}
