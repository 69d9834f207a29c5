import { beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../../../lib/http/routes/tokens/mint-tokens.ts';
import { type ApiResult } from '../../../lib/http/routes/route.ts';
import { UserLimit } from '../../../lib/limits/index.ts';
import { EVERYONE, grant } from '../../support/grants/grants.ts';
import { apiEvent, lambdaContext, problemIn } from '../../support/http/events.ts';
import { minting, tableOf, type Minting } from '../../support/tokens/minting.ts';

const RULES = { perMinute: 60, burst: 100 };

const BACKEND = { sub: 'backend', scope: 'layermint/on-behalf layermint/vouch' };

type Claims = Readonly<Record<string, unknown>>;

let service: Minting;

beforeEach(async () => {
  const world = minting({ table: await tableOf({ contract: [grant(EVERYONE, 'viewer')] }) });
  service = { ...world, userLimit: new UserLimit(world.table, RULES, world.clock) };
});

const mint = (claims: Claims, body: object = { documentId: 'contract' }): Promise<ApiResult> =>
  mintTokenHandler(service)(apiEvent({ claims, body }), lambdaContext());

const batch = (
  claims: Claims,
  count: number,
  entry: object = { documentId: 'contract' },
): Promise<ApiResult> =>
  mintTokensHandler(service)(
    apiEvent({ route: 'POST /v1/tokens/batch', claims, body: { requests: Array(count).fill(entry) } }),
    lambdaContext(),
  );

/** Takes all tokens of a user. */
async function empty(claims: Claims): Promise<void> {
  expect((await batch(claims, 100)).statusCode).toBe(200);
}

const Line = z.looseObject({ message: z.optional(z.string()), problem: z.optional(z.string()) });

function expectLimited(result: ApiResult, seconds: number): void {
  expect(result).toMatchObject({ statusCode: 429, headers: { 'retry-after': String(seconds) } });
  expect(problemIn(result)).toMatchObject({ type: 'urn:layermint:problem:too-many-requests', status: 429 });
}

describe('a user cannot have more tokens than the limit', () => {
  test('by asking for many documents, granted or not', async () => {
    const statuses: (number | undefined)[] = [];
    for (let at = 0; at < 101; at += 1)
      statuses.push((await mint({ sub: 'mallory' }, { documentId: `document-${at}` })).statusCode);
    expect(new Set(statuses.slice(0, 100))).toEqual(new Set([403]));
    expect(statuses[100]).toBe(429);
  });

  test('by a batch, which counts as many requests as it has entries', async () => {
    expect((await batch({ sub: 'mallory' }, 60)).statusCode).toBe(200);
    expectLimited(await batch({ sub: 'mallory' }, 60), 20);
    expect((await batch({ sub: 'mallory' }, 40)).statusCode).toBe(200);
    expectLimited(await mint({ sub: 'mallory' }), 1);
  });

  test('by batches of entries that are not valid', async () => {
    expect((await batch({ sub: 'mallory' }, 100, { nonsense: true })).statusCode).toBe(200);
    expectLimited(await mint({ sub: 'mallory' }), 1);
  });

  test('by tokens of other groups, names and scopes', async () => {
    await empty({ sub: 'mallory' });
    expectLimited(await mint({ sub: 'mallory', 'cognito:groups': ['editors'], name: 'M', scope: 'x' }), 1);
  });

  test('by going through a backend, whatever groups it names', async () => {
    const onBehalfOf = { userId: 'mallory', groups: ['editors'] };
    await empty({ sub: 'mallory' });
    expectLimited(await mint(BACKEND, { documentId: 'contract', onBehalfOf }), 1);
    expectLimited(await batch(BACKEND, 1, { documentId: 'contract', onBehalfOf }), 1);
    const vouched = { documentId: 'contract', onBehalfOf, grant: { role: 'viewer' } };
    expectLimited(await mint(BACKEND, vouched), 1);
  });

  test('by naming somebody else in the body, without the scope for it', async () => {
    const result = await mint({ sub: 'mallory' }, { documentId: 'contract', onBehalfOf: { userId: 'bob' } });
    expect(problemIn(result)).toMatchObject({ type: 'urn:layermint:problem:scope-missing' });
  });
});

describe('a flood does not stop anybody else', () => {
  test.each(['Mallory', 'mallory ', 'm\u00e4llory', 'LIMIT#mallory'])('not the user %p', async (other) => {
    await empty({ sub: 'mallory' });
    expect((await mint({ sub: other })).statusCode).toBe(201);
  });

  test('not the backend, which mints for more users than one user can have tokens', async () => {
    for (let at = 0; at < 101; at += 1) {
      const body = { documentId: 'contract', onBehalfOf: { userId: `user-${at}` } };
      expect((await mint(BACKEND, body)).statusCode).toBe(201);
    }
  });

  test('not the flooding user, once the flood is over', async () => {
    await empty({ sub: 'mallory' });
    for (let at = 0; at < 20; at += 1) expectLimited(await mint({ sub: 'mallory' }), 1);
    service.clock.advance(1000);
    expect((await mint({ sub: 'mallory' })).statusCode).toBe(201);
  });
});

test('a flood reads nothing, and fills no log with errors or audit records', async () => {
  await empty({ sub: 'mallory' });
  service.table.calls.length = 0;
  const before = service.lines.length;
  await mint({ sub: 'mallory' });
  expect(service.table.calls).toEqual(['update']);
  const lines = service.lines.slice(before).map((line) => Line.parse(JSON.parse(line)));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({ RequestsLimited: 1 });
  expect(lines[1]).toMatchObject({
    message: 'request refused',
    problem: 'too-many-requests',
    userId: 'mallory',
  });
});

test('a stage without a limit writes and reads nothing for it', async () => {
  const { userLimit: _, ...unlimited } = service;
  service = unlimited;
  await mint({ sub: 'alice' });
  service.clock.advance(16 * 60_000);
  service.table.calls.length = 0;
  expect((await mint({ sub: 'alice' })).statusCode).toBe(201);
  expect(service.table.calls).toEqual(['batchGet']);
});

test('if the table does not answer, no token is minted past the limit', async () => {
  const { table, clock } = service;
  table.before = (operation) => {
    if (operation === 'update') throw Object.assign(new Error('down'), { name: 'TimeoutError' });
  };
  service = { ...service, userLimit: new UserLimit(table, RULES, clock) };
  expect((await mint({ sub: 'alice' })).statusCode).toBe(503);
});
