import type { Grant } from '../../../lib/grants/index.ts';
import { asReachedBy } from '../stand-ins/web-pages.ts';
import type { Caller } from '../stand-ins/issuer/index.ts';
import { DEFAULT_PORT } from './command-line.ts';
import { DEMO_CALLERS, DEMO_DOCUMENTS } from './demo/demo.ts';
import { callerTokenPath, DASHBOARD_PATH } from './routes/paths.ts';
import type { Stack } from './stack.ts';

/** The addresses of the running parts. */
type Addresses = Pick<Stack, 'api' | 'console' | 'issuer' | 'documentEngine' | 'dynamoDB' | 'secretsManager'>;

const STAND_IN = 'a stand-in that verifies tokens';

/** The line that `npm start` prints at once. Most of the time goes into resolving serverless.yml with the Serverless CLI. */
export const STARTING = 'Starting Layermint. This takes about 10 seconds.\n';

/** The line that `--host` adds. */
const FOR_EVERYONE = 'Everyone in your network can sign in as any demo user, without a password.\n';

/**
 * Writes the text that `npm start` prints when everything runs: addresses, demo users and their rights, a command that mints a
 * token, and the next steps. It fits on a screen of 24 lines.
 *
 * @param log - the log's file; undefined for the terminal
 * @param realVersion - the version of Document Engine, if it is not the stand-in
 * @param network - the address of `--host`
 */
export function welcome(
  stack: Addresses,
  log: string | undefined,
  {
    realVersion,
    network,
  }: { readonly realVersion?: string | undefined; readonly network?: string | undefined } = {},
): string {
  const api = asReachedBy(network, stack.api);
  const callers = DEMO_CALLERS.map((it) => `  ${it.userId.padEnd(15)}  ${rightsOf(it)}`);
  const body = JSON.stringify({ documentId: DEMO_DOCUMENTS[0]?.id });
  const { port } = new URL(api);
  const verify = `npm run verify -- --local${port === String(DEFAULT_PORT) ? '' : ` --port ${port}`}`;
  const dashboard = `${api}${DASHBOARD_PATH}`;
  const width = Math.max(verify.length, dashboard.length);
  return `Layermint is running. Press Ctrl-C to stop it; no data is kept.
${network === undefined ? '' : FOR_EVERYONE}  API              ${api}
  Console          ${stack.console}${network === undefined ? '' : ' (on this machine only)'}
  OIDC issuer      ${asReachedBy(network, stack.issuer)}
  Document Engine  ${asReachedBy(network, stack.documentEngine)} (${realVersion === undefined ? STAND_IN : `Document Engine ${realVersion}`})
${network === undefined ? partsOfAws(stack) : ''}  Log              ${log ?? 'this terminal'}

${callers.join('\n')}

Mint a token for alice: paste this line into another terminal.
curl ${api}/v1/tokens -H "Authorization: Bearer $(curl -s ${api}${callerTokenPath('alice')})" -H 'Content-Type: application/json' -d '${body}'

  ${verify.padEnd(width)}  opens the document with a token
  ${dashboard.padEnd(width)}  shows metrics and alarms
`;
}

/** Names the parts that the network cannot reach: with `--host`, there is a line more and no row to spare. */
function partsOfAws({ dynamoDB, secretsManager }: Addresses): string {
  return `  DynamoDB         ${dynamoDB}\n  Secrets Manager  ${secretsManager}\n`;
}

/** Says in words which grants a caller has. */
function rightsOf({ userId, groups, scopes }: Caller): string {
  if (scopes) return 'your backend, with every scope';
  const granted = new Map<string, string[]>();
  for (const { id, grants } of DEMO_DOCUMENTS) {
    for (const { principal, role } of grants) {
      const through = wayTo(principal, userId, groups);
      if (through === undefined) continue;
      const right = `${role}${through} of`;
      granted.set(right, [...(granted.get(right) ?? []), id]);
    }
  }
  const rights = [...granted].map(([right, documents]) => `${right} ${documents.join(' and ')}`);
  return rights.length > 0 ? rights.join(', ') : 'no grants';
}

/** Says how a user is one of a grant's principals; undefined if not. */
function wayTo(principal: Grant['principal'], userId: string, groups: readonly string[]): string | undefined {
  switch (principal.kind) {
    case 'user':
      return principal.id === userId ? '' : undefined;
    case 'group':
      return groups.includes(principal.name) ? ` (group ${principal.name})` : undefined;
    case 'everyone':
      return ' (like everyone)';
  }
}
