import type { Repeated } from './index.ts';
import { inJson, inShell } from './literals.ts';

/** Writes the request for curl. The caller token is on its standard input: each user of a machine sees the arguments of a process. */
export function curlSnippet({ api, request }: Pick<Repeated, 'api' | 'request'>): string {
  return `# CALLER_TOKEN: your access token from the identity provider.
printf 'Authorization: Bearer %s\\n' "$CALLER_TOKEN" |
  curl ${inShell(`${api}/v1/tokens`)} \\
    --header @- \\
    --header 'Content-Type: application/json' \\
    --data ${inShell(inJson(request))}
`;
}
