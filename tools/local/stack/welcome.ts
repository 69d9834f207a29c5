import type { Caller } from '../stand-ins/issuer/index.ts';
import { DEMO_CALLERS, DEMO_DOCUMENTS } from './demo/demo.ts';
import { DESCRIPTION_PATH } from './routes/paths.ts';
import type { Stack } from './stack.ts';

/** Writes what `npm start` prints when everything runs: addresses, callers and their rights, and a command that mints a token. */
export function welcome(stack: Stack): string {
  const callers = DEMO_CALLERS.map((it) => `  ${it.userId.padEnd(9)} ${standing(it)}`);
  const body = JSON.stringify({ documentId: DEMO_DOCUMENTS[0]?.id });
  return `
Layermint is running. Ctrl-C stops it, and nothing is kept.

  API              ${stack.api}
  OIDC issuer      ${stack.issuer}
  Document Engine  ${stack.documentEngine} (a stand-in that verifies tokens)
  DynamoDB         ${stack.dynamoDB}
  Secrets Manager  ${stack.secretsManager}

Callers:
${callers.join('\n')}

Everybody's token, and all addresses as JSON:  curl ${stack.api}${DESCRIPTION_PATH}
A fresh token:  curl -d grant_type=password -d username=bob ${stack.tokenEndpoint}

Mint a token for alice:

curl ${stack.api}/v1/tokens -H 'Content-Type: application/json' -d '${body}' -H 'Authorization: Bearer ${stack.callers['alice']?.token ?? ''}'

`;
}

/** Says in words which grants a caller has. */
function standing({ userId, groups, scopes }: Caller): string {
  if (scopes) return `a backend, with the scopes ${scopes.join(' ')}`;
  const granted = DEMO_DOCUMENTS.flatMap(({ id, grants }) =>
    grants.flatMap(({ principal, role }) => {
      if (principal.kind === 'user') return principal.id === userId ? [`${role} of ${id}`] : [];
      if (principal.kind === 'group') {
        return groups.includes(principal.name)
          ? [`${role} of ${id} (through the group ${principal.name})`]
          : [];
      }
      return [`${role} of ${id} (as everyone is)`];
    }),
  );
  return granted.length > 0 ? granted.join(', ') : 'was granted nothing';
}
