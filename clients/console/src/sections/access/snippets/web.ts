import type { Repeated } from './index.ts';
import { inJavaScript, membersIn } from './literals.ts';

/** Writes the request for `@layermint/client` and Nutrient's Web SDK. */
export function webSnippet({
  api,
  request: { documentId, ...rest },
}: Pick<Repeated, 'api' | 'request'>): string {
  const configuration = `{ container: '#viewer', documentId: ${inJavaScript(documentId)} }`;
  const options = membersIn(rest, inJavaScript);
  const viewer =
    options.length === 0
      ? `connectViewer(source, NutrientViewer, ${configuration})`
      : `connectViewer(
  source,
  NutrientViewer,
  ${configuration},
  { ${options.join(', ')} },
)`;
  return `// accessToken and signedInUser are yours: the user's access token, and any stable text for the user.
import NutrientViewer from '@nutrient-sdk/viewer';
import { connectViewer, createTokenSource } from '@layermint/client';

const source = createTokenSource({
  api: ${inJavaScript(api)},
  callerToken: ({ renew }) => accessToken({ renew }),
  user: () => signedInUser,
});
const viewer = ${viewer};
// When the user leaves the page of the document:
viewer.close();
`;
}
