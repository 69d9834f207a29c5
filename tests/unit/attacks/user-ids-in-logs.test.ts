import { expect, test } from '@jest/globals';
import operations from '../../../lib/document-engine/backend-operations.json' with { type: 'json' };
import { GrantStore } from '../../../lib/grants/index.ts';
import { mintBackendTokenHandler } from '../../../lib/http/routes/backend-tokens/mint-backend-token.ts';
import { listDocumentsHandler } from '../../../lib/http/routes/documents/list-documents.ts';
import { listGrantsHandler } from '../../../lib/http/routes/grants/list-grants.ts';
import { removeGrantsHandler } from '../../../lib/http/routes/grants/remove-grants.ts';
import { setGrantHandler } from '../../../lib/http/routes/grants/set-grant.ts';
import { revokeTokensHandler } from '../../../lib/http/routes/revocations/revoke-tokens.ts';
import type { ApiHandler } from '../../../lib/http/routes/route.ts';
import { inspectTokenHandler } from '../../../lib/http/routes/tokens/inspect-token.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../../../lib/http/routes/tokens/mint-tokens.ts';
import { sweepHandler } from '../../../lib/revocation/index.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { shownUserIdOf } from '../../../lib/runtime/user-id-in-logs.ts';
import { grantKey, holderKey, StoreRefusedError } from '../../../lib/table/index.ts';
import { grant, user } from '../../support/grants/grants.ts';
import { apiEvent, lambdaContext } from '../../support/http/events.ts';
import { holderItem, waitingItem } from '../../support/revocation/holder-items.ts';
import { Revoking } from '../../support/revocation/revoking.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { minting, tableOf } from '../../support/tokens/minting.ts';

/** Every user id of this test contains it, and nothing else does. */
const PERSON = 'maria.rossi';

const NOW = NOON * 1000;

const OWNER = `${PERSON}@example.com`;
const OTHER = `${PERSON}-2@example.com`;
const BACKEND = `backend-of-${PERSON}`;

const SCOPES =
  'layermint/on-behalf layermint/vouch layermint/grants layermint/revocations layermint/backend-tokens';

/** A service whose stage hashes user ids, with everything that its functions wrote. */
async function hashingService() {
  const lines: string[] = [];
  const shownUserId = shownUserIdOf({ HASH_USER_IDS: 'on', STAGE: 'prod' });
  const log = createLogger('debug', (line) => lines.push(line), Date.now, { stage: 'prod', shownUserId });
  const table = await tableOf({
    contract: [
      grant(user(OWNER), 'owner', { layers: ['*'], privateLayer: true }),
      grant(user(OTHER), 'gone'),
    ],
  });
  const revocation = Object.assign(new Revoking(table), { log });
  const store = new GrantStore(table);
  const all = {
    ...minting({ table, log }),
    algorithm: 'ES256' as const,
    mayBeForAny: true,
    operations,
    store,
  };
  const dependencies = { ...all, revocation, documentEngine: revocation.documentEngine };
  const send = async (
    handler: ApiHandler,
    route: string,
    claims: Readonly<Record<string, unknown>>,
    { body, query = '', documentId }: { body?: unknown; query?: string; documentId?: string } = {},
  ): Promise<number | undefined> => {
    const event = apiEvent({ route, claims, ...(body !== undefined && { body }) });
    const parts = {
      rawQueryString: query,
      ...(documentId !== undefined && { pathParameters: { documentId } }),
    };
    return (await handler({ ...event, ...parts }, lambdaContext())).statusCode;
  };
  return { lines, log, table, revocation, dependencies, send };
}

const OWNED = { sub: OWNER };
const SCOPED = { sub: BACKEND, scope: SCOPES };
const GRANTS = '/v1/documents/{documentId}/grants';
const CONTRACT = { documentId: 'contract' };

test('a reader of the logs learns no user id from any line, if the stage hashes them', async () => {
  const { lines, log, table, revocation, dependencies, send } = await hashingService();
  const mint = mintTokenHandler(dependencies);
  const onBehalfOf = { userId: OTHER };
  const privateLayer = { ...CONTRACT, layer: `user:${OTHER}` };
  const to = (user: string) => ({ query: `user=${encodeURIComponent(user)}`, ...CONTRACT });
  const statuses = [
    await send(mint, 'POST /v1/tokens', OWNED, { body: { ...CONTRACT, privateLayer: true } }),
    await send(mint, 'POST /v1/tokens', OWNED, { body: privateLayer }),
    await send(mint, 'POST /v1/tokens', SCOPED, { body: { ...CONTRACT, onBehalfOf } }),
    await send(mint, 'POST /v1/tokens', SCOPED, {
      body: { ...CONTRACT, onBehalfOf, grant: { role: 'viewer', privateLayer: true }, privateLayer: true },
    }),
    await send(mintTokensHandler(dependencies), 'POST /v1/tokens/batch', SCOPED, {
      body: { requests: [{ ...CONTRACT, onBehalfOf }] },
    }),
    await send(mintTokensHandler(dependencies), 'POST /v1/tokens/batch', OWNED, {
      body: { requests: [CONTRACT, { ...CONTRACT, privateLayer: true }, privateLayer] },
    }),
    await send(inspectTokenHandler(dependencies), 'POST /v1/tokens/inspect', OWNED, {
      body: { jwt: 'none' },
    }),
    await send(mintBackendTokenHandler(dependencies), 'POST /v1/backend-tokens', SCOPED, {
      body: { allowedDocumentIds: ['contract'], allowedOperations: ['ocr_api'] },
    }),
    await send(listDocumentsHandler({ ...dependencies, policy: dependencies }), 'GET /v1/documents', OWNED),
    await send(listGrantsHandler(dependencies), `GET ${GRANTS}`, OWNED, CONTRACT),
    await send(setGrantHandler(dependencies), `PUT ${GRANTS}`, OWNED, {
      body: { role: 'viewer' },
      ...to(OTHER),
    }),
    await send(removeGrantsHandler(dependencies), `DELETE ${GRANTS}`, OWNED, to(OTHER)),
    await send(removeGrantsHandler(dependencies), `DELETE ${GRANTS}`, { sub: OTHER }, to(OWNER)),
    await send(revokeTokensHandler(dependencies), 'POST /v1/revocations', OWNED, { body: {} }),
    await send(revokeTokensHandler(dependencies), 'POST /v1/revocations', SCOPED, {
      body: { userId: OWNER },
    }),
    await send(
      revokeTokensHandler(dependencies),
      'POST /v1/revocations',
      { sub: OTHER },
      {
        body: { userId: OWNER },
      },
    ),
  ];
  expect(statuses).toEqual([201, 403, 403, 201, 200, 200, 200, 201, 200, 200, 200, 204, 403, 200, 200, 403]);

  // Items that nobody can read, or write.
  const broken = { epoch: 'broken', dueShard: 'DUE#0', dueSince: NOW - 1, waitingSince: NOW - 1 };
  table.store({ ...holderKey('contract', OWNER), ...broken });
  table.store({ ...grantKey('contract', user(BACKEND)), ...broken });
  table.store({ ...holderKey('contract', BACKEND), ...broken, sk: BACKEND });
  table.store(waitingItem(`${PERSON}-3`, NOW - 90_000));
  table.store(holderItem(`${PERSON}-4`));
  expect(await send(mint, 'POST /v1/tokens', OWNED, { body: CONTRACT })).toBe(500);
  table.before = (operation, { sk }) => {
    if (operation === 'update' && sk.startsWith('HOLDER#')) throw new StoreRefusedError('over 400 KB');
  };
  expect(
    await send(revokeTokensHandler(dependencies), 'POST /v1/revocations', SCOPED, {
      body: { ...CONTRACT, everyone: true },
    }),
  ).toBe(202);
  await sweepHandler(revocation, log)({}, { getRemainingTimeInMillis: () => 60_000 });

  const written = lines.join('');
  expect(written).not.toContain(PERSON);
  // The search means something: each kind of line is there, with users in their other form.
  for (const message of [
    'request served',
    'request refused',
    'request failed',
    'a holder item cannot be read',
    'holder items cannot be written',
    'work on a due item failed and is postponed',
    'swept',
  ])
    expect(written).toContain(message);
  for (const before of ['userId":"', 'callerId":"', 'ofUser":"', 'USER#', 'HOLDER#', ', sk '])
    expect(written).toContain(`${before}sha256:`);
});
