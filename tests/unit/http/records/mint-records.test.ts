import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AuditEvent } from '../../../../lib/audit/index.ts';
import { type Grant } from '../../../../lib/grants/index.ts';
import { mintTokenHandler } from '../../../../lib/http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../../../../lib/http/routes/tokens/mint-tokens.ts';
import { EVERYONE, grant, group, user } from '../../../support/grants/grants.ts';
import { apiEvent, lambdaContext, tokenIn, type RequestParts } from '../../../support/http/events.ts';
import { NOON } from '../../../support/runtime/clock.ts';
import { minting, tableOf, type Minting } from '../../../support/tokens/minting.ts';

const BACKEND = { sub: 'backend', client_id: 'app-7', scope: 'layermint/on-behalf layermint/vouch' };
const FOR_BOB = { userId: 'bob', groups: ['staff'] };

const mint = async (grants: readonly Grant[], parts: RequestParts, given: Partial<Minting> = {}) => {
  const world = minting({ table: await tableOf({ doc: grants }), ...given });
  const result = await mintTokenHandler(world)(apiEvent(parts), lambdaContext());
  return { result, records: world.records };
};

const batch = async (requests: readonly unknown[], claims: RequestParts['claims'] = { sub: 'alice' }) => {
  const world = minting({ table: await tableOf({ doc: [grant(EVERYONE, 'viewer')] }) });
  const event = apiEvent({ route: 'POST /v1/tokens/batch', body: { requests }, claims });
  const result = await mintTokensHandler(world)(event, lambdaContext());
  return { result, records: world.records };
};

const typesOf = (records: readonly AuditEvent[]) => records.map(({ type }) => type);

describe('the record of a token', () => {
  test('says on whose behalf and by which client it was minted, for what, by which grants, and which token it is', async () => {
    const staff = grant(group('staff'), 'viewer', { expiresAt: NOON + 600, layers: ['', 'review'] });
    const { result, records } = await mint([staff, grant(user('carol'), 'owner')], {
      claims: BACKEND,
      body: { documentId: 'doc', onBehalfOf: FOR_BOB },
    });

    const { jwt, expiresAt } = tokenIn(result);
    const { kid, family } = records[0]?.data ?? {};
    expect(records).toEqual([
      {
        type: 'token.minted',
        id: 'request-1/0',
        subject: 'doc',
        data: {
          requestId: 'request-1',
          userId: 'bob',
          callerId: 'backend',
          clientId: 'app-7',
          onBehalf: true,
          documentId: 'doc',
          layer: '',
          expiresAt,
          family,
          kid,
          tokenSha256: hash('sha256', jwt),
          permissions: ['read-document', 'cover-image'],
          grants: [
            {
              principal: 'group',
              name: 'staff',
              role: 'viewer',
              layers: ['', 'review'],
              expiresAt,
              grantedBy: 'owner',
              grantedAt: '2026-01-30T12:00:00Z',
            },
          ],
        },
      },
    ]);
    expect([kid, family]).toEqual([expect.stringMatching(/^[\w-]+$/), expect.stringMatching(/^[\w-]+$/)]);
  });

  test('says that a backend vouched for it', async () => {
    const { records } = await mint([], {
      claims: BACKEND,
      body: { documentId: 'doc', onBehalfOf: FOR_BOB, grant: { role: 'viewer' } },
    });
    expect(records).toMatchObject([
      { type: 'token.minted', data: { userId: 'bob', grants: [{ principal: 'vouched', role: 'viewer' }] } },
    ]);
  });

  test('lists at most 12 grants and 3 layers of each, and counts the others', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `group-${at}`);
    const layers = ['', 'a', 'b', 'c', 'd'];
    // Each lasts shorter than the one before and allows something else, so that the token is built from all of them.
    const grants = names.map((name, at) =>
      grant(group(name), 'commenter', { layers, defaultGroup: name, expiresAt: NOON + 500 - at }),
    );
    const { records } = await mint(grants, {
      claims: { sub: 'alice', 'cognito:groups': names },
      body: { documentId: 'doc' },
    });
    const { grants: listed, grantsLeftOut = 0 } = records[0]?.data ?? {};
    expect((listed as object[]).length).toBeLessThanOrEqual(12);
    expect((listed as object[]).length + Number(grantsLeftOut)).toBeGreaterThan(0);
    for (const one of listed as object[])
      expect(one).toMatchObject({ layers: ['', 'a', 'b'], layersLeftOut: 2 });
  });
});

describe('the record of a refusal', () => {
  test('says the reason, the number of groups seen, and that no expired grant would have allowed it', async () => {
    const { records } = await mint([], {
      claims: { sub: 'alice', 'cognito:groups': ['one', 'two'] },
      body: { documentId: 'doc', layer: 'review', permissions: ['write'] },
    });
    expect(records.map(({ data }) => data)).toEqual([
      {
        requestId: 'request-1',
        userId: 'alice',
        callerId: 'alice',
        onBehalf: false,
        documentId: 'doc',
        layer: 'review',
        reason: 'not-granted',
        groupCount: 2,
        expiredGrantWouldAllow: false,
        permissions: ['write'],
      },
    ]);
  });

  test('says that an expired grant would have allowed it', async () => {
    const { records } = await mint([grant(user('alice'), 'viewer', { expiresAt: NOON - 1 })], {
      body: { documentId: 'doc' },
    });
    expect(records).toMatchObject([{ data: { reason: 'not-granted', expiredGrantWouldAllow: true } }]);
  });

  test('names the user that a backend without the scope asked for', async () => {
    const body = { documentId: 'doc', onBehalfOf: FOR_BOB };
    const { result, records } = await mint([], { body });
    expect(result.statusCode).toBe(403);
    expect(records).toMatchObject([
      { subject: 'doc', data: { userId: 'bob', callerId: 'alice', onBehalf: true, reason: 'scope-missing' } },
    ]);
  });

  test('is written for a caller that has no user id', async () => {
    const { result, records } = await mint([], { claims: { iss: 'someone' }, body: { documentId: 'doc' } });
    expect(result.statusCode).toBe(403);
    expect(records).toMatchObject([{ type: 'token.refused', data: { reason: 'caller-not-identified' } }]);
  });
});

test('A request that is wrong, or that the service cannot serve, decides nothing and has no record', async () => {
  const unavailable = { current: () => Promise.reject(new TypeError('no key')) };
  for (const [parts, given] of [
    [{ body: { documentId: 7 } }, {}],
    [{ claims: null, body: { documentId: 'doc' } }, {}],
    [{ body: { documentId: 'doc' } }, { signingKeys: unavailable }],
  ] as const) {
    const { result, records } = await mint([grant(EVERYONE, 'viewer')], parts, given);
    expect([400, 401, 500]).toContain(result.statusCode);
    expect(records).toEqual([]);
  }
});

describe('a batch', () => {
  const ENTRIES = {
    minted: { documentId: 'doc' },
    'not granted': { documentId: 'other' },
    'more than granted': { documentId: 'doc', permissions: ['write'] },
    'vouched without the scope': {
      documentId: 'doc',
      onBehalfOf: { userId: 'alice' },
      grant: { role: 'viewer' },
    },
    faulty: { documentId: 7 },
  };
  const EXPECTED: Readonly<Record<number, string>> = { 201: 'token.minted', 403: 'token.refused' };

  test('has exactly one record for each token and each refusal, with an id of its own, in the order of its entries', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...(Object.keys(ENTRIES) as (keyof typeof ENTRIES)[])), {
          minLength: 1,
          maxLength: 8,
        }),
        async (kinds) => {
          const claims = { sub: 'backend', scope: 'layermint/on-behalf' };
          const requests = kinds.map((kind) => ({ onBehalfOf: { userId: 'alice' }, ...ENTRIES[kind] }));
          const { result, records } = await batch(requests, claims);

          const { results } = JSON.parse(result.body ?? '') as { results: { status: number }[] };
          const expected = results.flatMap(({ status }) => EXPECTED[status] ?? []);
          expect(typesOf(records)).toEqual(expected);
          expect(records.map(({ id }) => id)).toEqual(expected.map((_, at) => `request-1/${at}`));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('that is refused as a whole has a record for each entry that could be read', async () => {
    const { result, records } = await batch([
      { documentId: 'doc', onBehalfOf: FOR_BOB },
      { documentId: 'other', onBehalfOf: FOR_BOB },
    ]);
    expect(result.statusCode).toBe(403);
    expect(records.map(({ subject, data }) => [subject, data['reason']])).toEqual([
      ['doc', 'scope-missing'],
      ['other', 'scope-missing'],
    ]);
  });
});

test('A private layer shows the user id as the stage shows user ids', async () => {
  const events: AuditEvent[] = [];
  const audit = { record: (event: AuditEvent) => events.push(event), userId: (id: string) => `hidden-${id}` };
  const body = { documentId: 'doc', privateLayer: true };
  await mint([grant(EVERYONE, 'editor', { privateLayer: true })], { body }, { audit });
  expect(events).toMatchObject([{ data: { userId: 'hidden-alice', layer: 'user:hidden-alice' } }]);
  expect(JSON.stringify(events)).not.toContain('"alice"');
});
