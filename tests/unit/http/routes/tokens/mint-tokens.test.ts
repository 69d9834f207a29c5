import { describe, expect, test } from '@jest/globals';
import type * as z from 'zod';
import { BatchAnswer } from '../../../../../lib/http/routes/tokens/batch-schemas.ts';
import { mintTokensHandler } from '../../../../../lib/http/routes/tokens/mint-tokens.ts';
import { type ApiResult } from '../../../../../lib/http/routes/route.ts';
import { claimsOf } from '../../../../support/tokens/client-token.ts';
import { apiEvent, lambdaContext, problemIn, type RequestParts } from '../../../../support/http/events.ts';
import { grant, group, user } from '../../../../support/grants/grants.ts';
import { minting, tableOf, type Minting } from '../../../../support/tokens/minting.ts';
import { StoreUnavailableError } from '../../../../../lib/table/index.ts';

type Results = z.output<typeof BatchAnswer>['results'];

const SCOPED = { sub: 'backend', scope: 'openid layermint/on-behalf' };

const CONTRACT = { documentId: 'contract' };

/** Alice owns the contract and reads the plan; the editors edit both. */
async function service(given: Partial<Minting> = {}): Promise<Minting> {
  const table = await tableOf({
    contract: [grant(user('alice'), 'owner', { layers: ['*'] }), grant(group('editors'), 'editor')],
    plan: [grant(user('alice'), 'viewer'), grant(group('editors'), 'editor')],
  });
  return minting({ table, ...given });
}

async function send(to: Minting, body: unknown, parts: RequestParts = {}): Promise<ApiResult> {
  const event = apiEvent({ route: 'POST /v1/tokens/batch', body, ...parts });
  return mintTokensHandler(to)(event, lambdaContext());
}

const resultsIn = (result: ApiResult): Results => BatchAnswer.parse(JSON.parse(result.body ?? '')).results;

const statusesIn = (result: ApiResult): number[] => resultsIn(result).map(({ status }) => status);

const claimsIn = (result: ApiResult) =>
  Promise.all(resultsIn(result).flatMap((one) => ('token' in one ? [claimsOf(one.token.jwt)] : [])));

describe('POST /v1/tokens/batch', () => {
  test('answers in the order of the entries, each with its own result', async () => {
    const answer = await send(await service(), {
      requests: [
        { documentId: 'plan' },
        { documentId: 'nowhere' },
        { documentId: 'contract', layer: 'review' },
        { documentId: 'plan', permissions: ['write'] },
      ],
    });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'cache-control': 'no-store' } });
    expect(resultsIn(answer)).toMatchObject([
      {
        status: 201,
        token: { documentId: 'plan', layer: '', permissions: ['read-document', 'cover-image'] },
      },
      { status: 403, problem: { type: 'urn:layermint:problem:not-granted', requestId: 'request-1' } },
      { status: 201, token: { documentId: 'contract', layer: 'review' } },
      { status: 403, problem: { type: 'urn:layermint:problem:permissions-not-granted' } },
    ]);
    expect(await claimsIn(answer)).toMatchObject([
      { document_id: 'plan', user_id: 'alice' },
      { document_id: 'contract', layer: 'review', user_id: 'alice' },
    ]);
  });

  test('mints the same document twice, in one family', async () => {
    const answer = await send(await service(), { requests: [CONTRACT, { ...CONTRACT, ttlSeconds: 60 }] });
    const [one, other] = await claimsIn(answer);
    expect(one?.jti).toBe(other?.jti);
    expect((one?.exp ?? 0) - (one?.iat ?? 0)).toBe(900);
    expect((other?.exp ?? 0) - (other?.iat ?? 0)).toBe(60);
  });

  test('reads the items for all entries in as many passes as for one token', async () => {
    const single = await service();
    await send(single, { requests: [CONTRACT] });
    const both = await service();
    await send(both, { requests: [CONTRACT, { documentId: 'plan' }, CONTRACT, { documentId: 'nowhere' }] });
    const reads = ({ table }: Minting): number => table.calls.filter((call) => call === 'batchGet').length;
    expect(reads(both)).toBe(reads(single));
  });

  test('a caller in 500 groups gets 100 tokens, from about as many items as the documents have grants', async () => {
    const groups = Array.from({ length: 500 }, (_, index) => `group-${index}`);
    const ids = Array.from({ length: 100 }, (_, index) => `doc-${index}`);
    const grants = [...['alice', 'bob', 'carol'].map(user), group('group-7'), group('others')].map((one) =>
      grant(one, 'viewer'),
    );
    const to = minting({ table: await tableOf(Object.fromEntries(ids.map((id) => [id, grants]))) });
    const claims = { sub: 'alice', 'cognito:groups': groups };
    const body = { requests: ids.map((documentId) => ({ documentId })) };
    expect(new Set(statusesIn(await send(to, body, { claims })))).toEqual(new Set([201]));
    // Two passes, as the holder items are new.
    expect(to.table.itemsRead).toBe(2 * 100 * (5 + 1));
  });

  test('a batch that would read more than 5,000 items is a 422 for the entries that do not fit, and no error of ours', async () => {
    const groups = Array.from({ length: 500 }, (_, index) => `group-${index}`);
    const others = Array.from({ length: 600 }, (_, index) => grant(user(`user-${index}`), 'viewer'));
    const ids = Array.from({ length: 12 }, (_, index) => `doc-${index}`);
    const to = minting({ table: await tableOf(Object.fromEntries(ids.map((id) => [id, others]))) });
    const claims = { sub: 'alice', 'cognito:groups': groups };
    const body = { requests: ids.map((documentId) => ({ documentId })) };
    const answer = await send(to, body, { claims });
    expect(statusesIn(answer)).toEqual([403, 403, 403, 403, 403, ...Array.from({ length: 7 }, () => 422)]);
    expect(resultsIn(answer).at(-1)).toMatchObject({
      problem: {
        type: 'urn:layermint:problem:too-many-items',
        detail: expect.stringContaining('Name fewer documents') as unknown,
      },
    });
    expect(to.table.itemsRead).toBeLessThanOrEqual(5000);
    expect(to.lines.join('')).not.toContain('"level":"ERROR"');
  });

  test('points at a fault of an entry from the root of the entry, and serves the others', async () => {
    const answer = await send(await service(), {
      requests: [{ documentId: '*', ttl: 1 }, CONTRACT, 'contract', null, { ...CONTRACT, ttlSeconds: 59 }],
    });
    expect(statusesIn(answer)).toEqual([400, 201, 400, 400, 400]);
    const [first, , text, nothing, short] = resultsIn(answer);
    expect(first).toMatchObject({ problem: { errors: [{ pointer: '#/documentId' }, { pointer: '#/ttl' }] } });
    for (const entry of [text, nothing])
      expect(entry).toMatchObject({ problem: { errors: [{ pointer: '#' }] } });
    expect(short).toMatchObject({ problem: { errors: [{ pointer: '#/ttlSeconds' }] } });
  });

  test('serves a hundred entries, and refuses one more, or none, as a whole', async () => {
    const many = (count: number) => ({ requests: Array.from({ length: count }, () => CONTRACT) });
    expect(statusesIn(await send(await service(), many(100)))).toEqual(
      Array.from({ length: 100 }, () => 201),
    );
    for (const count of [101, 0]) {
      const to = await service();
      const answer = await send(to, many(count));
      expect(problemIn(answer)).toMatchObject({ status: 400, errors: [{ pointer: '#/requests' }] });
      expect(to.table.calls).toEqual([]);
    }
  });

  test.each([
    ['a list', [CONTRACT], '#'],
    ['another member', { requests: [CONTRACT], onBehalfOf: { userId: 'bob' } }, '#/onBehalfOf'],
    ['no list', { requests: CONTRACT }, '#/requests'],
    [
      'a member twice',
      '{"requests": [{"documentId": "contract", "documentId": "plan"}]}',
      '#/requests/0/documentId',
    ],
  ])('refuses %s as a whole', async (_what, body, pointer) => {
    expect(problemIn(await send(await service(), body))).toMatchObject({
      status: 400,
      errors: [{ pointer }],
    });
  });

  test('refuses more than 256 KB unread', async () => {
    const to = await service();
    const answer = await send(to, `{"requests": [${' '.repeat(256 * 1024)}]}`);
    expect(problemIn(answer)).toMatchObject({ status: 413, type: 'urn:layermint:problem:body-too-large' });
  });

  test('needs an authorizer, like every route', async () => {
    const answer = await send(await service(), { requests: [CONTRACT] }, { claims: null });
    expect(answer.statusCode).toBe(401);
  });

  describe('on behalf of a user', () => {
    const bob = { userId: 'bob', groups: ['editors'], name: 'Bob' };

    test('mints for the one user of all entries', async () => {
      const requests = [
        { ...CONTRACT, onBehalfOf: bob },
        { documentId: 'plan', onBehalfOf: { ...bob, groups: ['editors', 'editors'] } },
      ];
      const answer = await send(await service(), { requests }, { claims: SCOPED });
      expect(await claimsIn(answer)).toMatchObject([
        { user_id: 'bob', creator_name: 'Bob', document_id: 'contract' },
        { user_id: 'bob', creator_name: 'Bob', document_id: 'plan' },
      ]);
    });

    test.each([
      ['another user', { userId: 'alice' }],
      ['the same user in other groups', { ...bob, groups: ['editors', 'owners'] }],
      ['the same user by another name', { ...bob, name: 'Robert' }],
      ['nobody', undefined],
    ])('refuses an entry that names %s, and with it the whole batch', async (_whom, onBehalfOf) => {
      const to = await service();
      const requests = [
        { ...CONTRACT, onBehalfOf: bob },
        { documentId: '*', onBehalfOf: bob },
        { ...CONTRACT, onBehalfOf },
      ];
      const answer = await send(to, { requests }, { claims: SCOPED });
      expect(problemIn(answer)).toMatchObject({
        status: 400,
        errors: [{ pointer: '#/requests/2/onBehalfOf' }],
      });
      expect(to.table.calls).toEqual([]);
    });

    test('refuses a caller without the scope, even for an entry among their own', async () => {
      for (const requests of [
        [{ ...CONTRACT, onBehalfOf: bob }],
        [CONTRACT, { ...CONTRACT, onBehalfOf: bob }],
      ]) {
        const to = await service();
        const answer = await send(
          to,
          { requests },
          { claims: { sub: 'alice', scope: 'layermint/on-behalf-of' } },
        );
        expect(answer.statusCode).toBe(requests.length === 1 ? 403 : 400);
        expect(to.table.calls).toEqual([]);
      }
    });

    test.each([
      [
        'an entry for another user',
        { documentId: '*', onBehalfOf: bob },
        CONTRACT,
        '#/requests/1/onBehalfOf',
      ],
      [
        'an entry without a user',
        { documentId: '*' },
        { ...CONTRACT, onBehalfOf: bob },
        '#/requests/1/onBehalfOf',
      ],
      ['a value that is not an entry', null, { ...CONTRACT, onBehalfOf: bob }, '#/requests/1/onBehalfOf'],
      [
        'an entry with a lifetime too short',
        { ...CONTRACT, ttlSeconds: 0 },
        { ...CONTRACT, onBehalfOf: bob },
        '#/requests/1/onBehalfOf',
      ],
      [
        'an entry with an empty user id',
        { ...CONTRACT, onBehalfOf: { userId: '' } },
        CONTRACT,
        '#/requests/0/onBehalfOf/userId',
      ],
      [
        'an entry with null for a user id',
        { ...CONTRACT, onBehalfOf: { userId: null } },
        CONTRACT,
        '#/requests/0/onBehalfOf/userId',
      ],
      [
        'an entry with an unknown member for a user',
        { ...CONTRACT, onBehalfOf: { ...bob, role: 'owner' } },
        CONTRACT,
        '#/requests/0/onBehalfOf/role',
      ],
    ])(
      'is refused as a whole if %s, invalid by itself, is beside a valid one',
      async (_what, one, other, pointer) => {
        const to = await service();
        const answer = await send(to, { requests: [one, other] }, { claims: SCOPED });
        expect(problemIn(answer)).toMatchObject({ status: 400, errors: [{ pointer }] });
        expect(to.table.calls).toEqual([]);
      },
    );

    test('takes null for a user as no user, so that an entry beside it needs none', async () => {
      const requests = [{ ...CONTRACT, onBehalfOf: null }, CONTRACT];
      expect(statusesIn(await send(await service(), { requests }))).toEqual([201, 201]);
    });

    test('refuses null for a user beside a user', async () => {
      const requests = [
        { ...CONTRACT, onBehalfOf: bob },
        { ...CONTRACT, onBehalfOf: null },
      ];
      const answer = await send(await service(), { requests }, { claims: SCOPED });
      expect(problemIn(answer)).toMatchObject({ errors: [{ pointer: '#/requests/1/onBehalfOf' }] });
    });

    test('points at a fault of an entry for the common user, and serves the others', async () => {
      const requests = [
        { documentId: '*', onBehalfOf: bob },
        { ...CONTRACT, onBehalfOf: bob },
      ];
      const answer = await send(await service(), { requests }, { claims: SCOPED });
      expect(statusesIn(answer)).toEqual([400, 201]);
      expect(await claimsIn(answer)).toMatchObject([{ user_id: 'bob' }]);
    });
  });

  describe('when something fails', () => {
    test('answers 503 for a document with a holder item that cannot be written, and serves the others', async () => {
      const to = await service();
      to.table.before = (operation, { pk }) => {
        if (operation === 'put' && pk === 'DOC#plan') throw new StoreUnavailableError('throttled');
      };
      const answer = await send(to, { requests: [CONTRACT, { documentId: 'plan' }, CONTRACT] });
      expect(resultsIn(answer)).toMatchObject([
        { status: 201 },
        { status: 503, problem: { type: 'urn:layermint:problem:store-unavailable' } },
        { status: 201 },
      ]);
      expect(to.lines.join('')).toContain('"message":"an entry of a batch failed"');
    });

    test('answers 503 as a whole, with a time to try again, while nothing can be read', async () => {
      const to = await service();
      to.table.before = () => {
        throw new StoreUnavailableError('DynamoDB did not serve the table');
      };
      const answer = await send(to, { requests: [CONTRACT, { documentId: 'plan' }] });
      expect(answer).toMatchObject({
        statusCode: 503,
        headers: { 'retry-after': expect.stringMatching(/^[123]$/) },
      });
    });
  });

  test('logs the user and the documents of the tokens, and no token or body', async () => {
    const to = await service();
    const answer = await send(to, { requests: [CONTRACT, { documentId: 'x', layer: 'private words' }] });
    expect(to.lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { status: 200, userId: 'alice', entries: 2, minted: 1, documentIds: ['contract'], kid: 'test-key' },
    ]);
    const [first] = resultsIn(answer);
    const jwt = first && 'token' in first ? first.token.jwt : '';
    const log = to.lines.join('');
    for (const part of jwt.split('.')) expect(log).not.toContain(part);
    expect(log).not.toContain('private words');
  });
});
