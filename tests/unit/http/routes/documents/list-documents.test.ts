import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Grant } from '../../../../../lib/grants/index.ts';
import { listDocumentsHandler } from '../../../../../lib/http/routes/documents/list-documents.ts';
import { MAX_PAGE_BYTES } from '../../../../../lib/http/messages/paging.ts';
import { NOON } from '../../../../support/runtime/clock.ts';
import { apiEvent, lambdaContext, problemIn } from '../../../../support/http/events.ts';
import {
  as,
  BACKEND,
  documentsIn,
  grantsIn,
  GrantsApi,
  headerIn,
  longLayers,
  payloadOf,
  type Claims,
} from '../../../../support/grants/grants-api.ts';
import { EVERYONE, group, user } from '../../../../support/grants/grants.ts';
import { unreachableTable } from '../../../../support/table/unreachable-table.ts';
import { type Principal } from '../../../../../lib/identity/index.ts';

let api: GrantsApi;

beforeEach(async () => {
  api = await GrantsApi.open();
});

afterEach(async () => {
  await api.close();
});

const have = (id: string, principal: Principal, role: string, details?: Partial<Grant>): Promise<void> =>
  api.world.grant(id, principal, role, details);

/** Reads the ids of all documents, page by page. */
async function idsOf(claims: Claims, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor = '';
  do {
    const page = documentsIn(await api.documents(claims, `limit=${limit}${cursor}`));
    pages.push(page.documents.map(({ documentId }) => documentId));
    cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  return pages;
}

const id = (number: number): string => `doc-${String(number).padStart(4, '0')}`;

const EVERYTHING = ['read-document', 'write', 'download', 'cover-image'];
const VIEWING = ['read-document', 'cover-image'];

describe('the list of documents', () => {
  test('merges own, group and everyone grants, and lists for each layer the permissions of a token', async () => {
    await have('b', user('alice'), 'viewer', { layers: ['', 'review'] });
    await have('b', group('staff'), 'editor', { layers: ['review'], expiresAt: NOON + 3600 });
    await have('b', EVERYONE, 'thumbnail', { layers: ['*'] });
    await have('a', group('staff'), 'owner', { layers: [], privateLayer: true });
    await have('c', user('bob'), 'owner');
    expect(documentsIn(await api.documents(as('alice', 'staff')))).toEqual({
      documents: [
        { documentId: 'a', layers: [{ layer: 'user:alice', roles: ['owner'], permissions: EVERYTHING }] },
        {
          documentId: 'b',
          layers: [
            { anyLayer: true, roles: ['thumbnail'], permissions: ['cover-image'] },
            { layer: '', roles: ['thumbnail', 'viewer'], permissions: VIEWING },
            {
              layer: 'review',
              roles: ['editor', 'thumbnail', 'viewer'],
              permissions: EVERYTHING,
              expiresAt: '2026-01-31T13:00:00Z',
            },
          ],
        },
      ],
    });
  });

  test('names the role of an owner even if another grant gives the same rights', async () => {
    await have('a', user('alice'), 'editor');
    await have('a', group('owners'), 'owner');
    const { documents } = documentsIn(await api.documents(as('alice', 'owners')));
    expect(documents[0]?.layers[0]?.roles).toEqual(['editor', 'owner']);
  });

  test.each([
    ['an expired grant', user('alice'), 'viewer', { expiresAt: NOON }],
    ['a grant of a removed role', user('alice'), 'gone', {}],
    ["a grant that names another user's private layer", user('alice'), 'viewer', { layers: ['user:bob'] }],
    ['a grant of nothing', user('alice'), 'viewer', { layers: [] }],
    ['the grant of a group with the name of the user', group('alice'), 'viewer', {}],
    ['the grant of a user with the key of the group', user('GROUP#staff'), 'viewer', {}],
  ])('leaves out the document of %s', async (_, principal, role, details) => {
    await have('doc', principal, role, details);
    expect(documentsIn(await api.documents(as('alice', 'staff')))).toEqual({ documents: [] });
  });

  test('leaves out the document of a removed grant', async () => {
    await have('doc', user('alice'), 'viewer');
    await api.remove(BACKEND, 'doc', 'user=alice');
    expect(documentsIn(await api.documents(as('alice')))).toEqual({ documents: [] });
  });

  test('leaves out a private layer for a user without one, and roles that cannot be filled in', async () => {
    await have('doc', EVERYONE, 'viewer', { layers: [], privateLayer: true });
    expect(documentsIn(await api.documents(as('a*b'))).documents).toEqual([]);
    expect(documentsIn(await api.documents(as('alice'))).documents).toHaveLength(1);
  });
});

describe('the pages of documents', () => {
  test.each([150, 499])('lose and repeat nothing for a caller in %d groups', async (groups) => {
    const names = Array.from({ length: groups }, (_, number) => `group-${number}`);
    const writes: Promise<void>[] = [];
    for (let number = 0; number < 120; number += 1) {
      // Documents of one group, of several, of all three kinds of principal; every seventh has expired.
      const details = number % 7 === 0 ? { expiresAt: NOON } : {};
      writes.push(have(id(number), group(`group-${(number * 13) % groups}`), 'viewer', details));
      if (number % 3 === 0)
        writes.push(have(id(number), group(`group-${number % groups}`), 'editor', details));
      if (number % 4 === 0) writes.push(have(id(number), user('alice'), 'viewer', details));
      if (number % 5 === 0) writes.push(have(id(number), EVERYONE, 'viewer', details));
    }
    await Promise.all(writes);
    const expected = Array.from({ length: 120 }, (_, number) => number)
      .filter((number) => number % 7 !== 0)
      .map(id);
    const pages = await idsOf(as('alice', ...names), 40);
    expect(pages.flat()).toEqual(expected);
    expect(pages.map((page) => page.length)).toEqual([40, 40, 22]);
  });

  test('are full except the last, even if long runs of grants have expired', async () => {
    const writes: Promise<void>[] = [];
    for (let number = 0; number < 60; number += 1) {
      const isExpired = number >= 10 && number < 50;
      writes.push(have(id(number), user('alice'), 'viewer', isExpired ? { expiresAt: NOON } : {}));
    }
    await Promise.all(writes);
    expect((await idsOf(as('alice'), 8)).map((page) => page.length)).toEqual([8, 8, 4]);
    expect((await idsOf(as('alice'), 20)).map((page) => page.length)).toEqual([20]);
    expect((await idsOf(as('alice'), 1)).flat()).toHaveLength(20);
  });

  test('end when a page is exactly full', async () => {
    await Promise.all([1, 2, 3, 4].map((number) => have(id(number), user('alice'), 'viewer')));
    expect((await idsOf(as('alice'), 2)).map((page) => page.length)).toEqual([2, 2]);
  });

  test('end before an answer is too long for Lambda', async () => {
    const ids = Array.from({ length: 60 }, (_, number) => id(number));
    const principals = [user('bob'), group('editors'), EVERYONE];
    for (const documentId of ids) {
      for (const principal of principals) {
        await have(documentId, principal, 'owner', { layers: longLayers(principal.kind) });
      }
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = await api.documents(as('bob', 'editors'), `limit=50${cursor}`);
      expect(payloadOf(answer)).toBeLessThan(MAX_PAGE_BYTES + 1024);
      const page = documentsIn(answer);
      seen.push(...page.documents.map(({ documentId }) => documentId));
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(ids);
  });

  test('continue behind a document with thousands of long layers, of which they name 1,000', async () => {
    const groups = Array.from({ length: 80 }, (_, number) => `group-${number}`);
    for (const name of groups) await have(id(2), group(name), 'viewer', { layers: longLayers(name) });
    for (const number of [1, 3]) await have(id(number), user('bob'), 'viewer');
    const { documents } = documentsIn(await api.documents(as('bob', ...groups)));
    expect(documents.map(({ layers }) => layers.length)).toEqual([1, 1000, 1]);
  });

  test('continue after a document that is gone by then', async () => {
    await Promise.all([1, 2, 3].map((number) => have(id(number), user('alice'), 'viewer')));
    const { nextCursor } = documentsIn(await api.documents(as('alice'), 'limit=2'));
    await api.remove(BACKEND, id(2), 'all');
    const { documents } = documentsIn(await api.documents(as('alice'), `cursor=${nextCursor ?? ''}`));
    expect(documents.map(({ documentId }) => documentId)).toEqual([id(3)]);
  });
});

describe('a cursor', () => {
  let cursor: string;

  beforeEach(async () => {
    for (const number of [1, 2, 3]) {
      await have(id(number), user('alice'), 'owner');
      await have(id(number), user(`bob-${number}`), 'viewer');
    }
    cursor = documentsIn(await api.documents(as('alice'), 'limit=1')).nextCursor ?? '';
  });

  test("of another user's list shows only the caller's own documents", async () => {
    const page = documentsIn(await api.documents(as('bob-3'), `cursor=${cursor}`));
    expect(page.documents.map(({ documentId }) => documentId)).toEqual([id(3)]);
    expect(documentsIn(await api.documents(as('bob-1'), `cursor=${cursor}`)).documents).toEqual([]);
  });

  test('that was tampered with anywhere is refused', async () => {
    for (let at = 0; at < cursor.length; at += 1) {
      for (const other of ['A', '-', '9']) {
        const tampered = cursor.slice(0, at) + other + cursor.slice(at + 1);
        if (tampered === cursor) continue;
        const result = await api.documents(as('alice'), `cursor=${tampered}`);
        expect(problemIn(result)).toMatchObject({
          status: 400,
          type: 'urn:layermint:problem:invalid-request',
        });
      }
    }
  });

  test.each([
    ['with padding', (text: string) => `${text}%3D`],
    ['with a space', (text: string) => `${text}%20`],
    ['cut short', (text: string) => text.slice(0, -1)],
    ['twice over', (text: string) => text + text],
    [
      'in base64',
      (text: string) => Buffer.from(text, 'base64url').toString('base64').replace('=', '%3D') + '%2B',
    ],
    ['that is empty', () => ''],
    ['that is a document id', () => id(1)],
    ['of 4000 characters', () => 'A'.repeat(4000)],
  ])('%s is refused', async (_, change) => {
    expect((await api.documents(as('alice'), `cursor=${change(cursor)}`)).statusCode).toBe(400);
  });

  test('of a list of grants is refused for a list of documents, and the reverse', async () => {
    const { nextCursor } = grantsIn(await api.list(as('alice'), id(1), 'limit=1'));
    expect((await api.documents(as('alice'), `cursor=${nextCursor ?? ''}`)).statusCode).toBe(400);
    expect((await api.list(as('alice'), id(1), `cursor=${cursor}`)).statusCode).toBe(400);
  });
});

describe('when something fails', () => {
  test('the table is down: 503 with Retry-After', async () => {
    const { dependencies, clock } = api.world;
    const { roles, privateLayerPrefix } = dependencies;
    const table = unreachableTable(clock);
    const route = listDocumentsHandler({ ...dependencies, table, policy: { roles, privateLayerPrefix } });
    const result = await route(
      apiEvent({ claims: as('alice'), route: 'GET /v1/documents' }),
      lambdaContext(),
    );
    expect(result.statusCode).toBe(503);
    expect(headerIn(result, 'retry-after')).toMatch(/^[123]$/);
  });

  test('a grant cannot be used: the rest is listed, and the log says why', async () => {
    await have('doc', user('alice'), 'gone', { layers: ['', 'a', 'b'] });
    await have('doc', EVERYONE, 'viewer');
    expect(documentsIn(await api.documents(as('alice'))).documents).toHaveLength(1);
    const warnings = api.world.lines.filter((line) => line.includes('cannot be used'));
    expect(warnings).toEqual([expect.stringContaining('its role is not in the role file')]);
  });
});
