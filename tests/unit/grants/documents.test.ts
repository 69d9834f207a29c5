import { expect, test } from '@jest/globals';
import { grantToItem, listDocuments, MAX_LISTED_LAYERS, type Grant } from '../../../lib/grants/index.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { ROLES } from '../../support/grants/administration.ts';
import { EVERYONE, grant, group, pageOf, subject, user } from '../../support/grants/grants.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';
import { tableOf } from '../../support/tokens/minting.ts';

/** Lists the documents of alice, a member of the group `staff`. */
async function listed(grants: Readonly<Record<string, readonly Grant[]>>, limit = 50, after?: string) {
  const lines: string[] = [];
  const page = await listDocuments(subject('alice', ['staff']), pageOf(limit), after, {
    table: await tableOf(grants),
    policy: { roles: ROLES, privateLayerPrefix: 'user:' },
    clock: new ManualClock(),
    log: createLogger('warn', (line) => lines.push(line)),
  });
  return { ...page, lines };
}

test('an expired grant adds no document, no layer and no role to the list', async () => {
  const expired = { expiresAt: NOON };
  const { entries } = await listed({
    a: [grant(user('alice'), 'editor', { ...expired, layers: ['*', 'x'] }), grant(EVERYONE, 'viewer')],
    b: [grant(user('alice'), 'editor', expired)],
  });
  expect(entries).toEqual([
    { documentId: 'a', layers: [expect.objectContaining({ layer: '', roles: ['viewer'] })] },
  ]);
});

test('a grant on a document id of dots, which older versions accepted, is not listed, and no page begins behind it', async () => {
  const viewer = [grant(EVERYONE, 'viewer')];
  const first = await listed({ '.': viewer, '..': viewer, '-': viewer, a: viewer }, 1);
  expect(first).toMatchObject({ entries: [{ documentId: '-' }], next: '-' });
  expect(await listed({ '.': viewer, '..': viewer, '-': viewer, a: viewer }, 1, '-')).toMatchObject({
    entries: [{ documentId: 'a' }],
  });
});

test('every layer has the roles of all its grants, and every shared layer comes first', async () => {
  const { entries } = await listed({
    a: [
      grant(user('alice'), 'editor', { layers: ['x'], privateLayer: true, expiresAt: NOON + 60 }),
      grant(group('staff'), 'viewer', { layers: ['*'] }),
    ],
  });
  expect(entries).toMatchObject([
    {
      layers: [
        { layer: '*', roles: ['viewer'] },
        { layer: 'user:alice', roles: ['editor'], expiresAt: NOON + 60 },
        { layer: 'x', roles: ['editor', 'viewer'], expiresAt: NOON + 60 },
      ],
    },
  ]);
});

test('a grant that cannot be used adds nothing, and is logged once without the name of its principal', async () => {
  const retired = grant(user('alice'), 'retired', { layers: ['x', 'y'] });
  const { entries, lines } = await listed({ a: [retired], b: [retired, grant(EVERYONE, 'viewer')] });
  expect(entries).toEqual([
    { documentId: 'b', layers: [expect.objectContaining({ layer: '', roles: ['viewer'] })] },
  ]);
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject(
    ['a', 'b'].map((documentId) => ({ documentId, principal: 'user', role: 'retired' })),
  );
});

test('the pages list each document once, with the grants of all principals', async () => {
  const grants = Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((id) => [id, [grant(user('alice'), 'editor'), grant(EVERYONE, 'viewer')]]),
  );
  const first = await listed(grants, 3);
  expect(first).toMatchObject({
    entries: [{ documentId: 'a' }, { documentId: 'b' }, { documentId: 'c' }],
    next: 'c',
  });
  const second = await listed(grants, 3, 'c');
  expect(second.entries).toMatchObject([{ documentId: 'd', layers: [{ roles: ['editor', 'viewer'] }] }]);
  expect(second).not.toHaveProperty('next');
});

const GROUPS = Array.from({ length: 500 }, (_, index) => `group-${index}`);

/** Makes a table in which each group has a grant on each of `documents` documents of its own. */
function tableOfGroups(documents: number, details: Partial<Grant> = {}, groups: readonly string[] = GROUPS) {
  const items = groups.flatMap((name, at) =>
    Array.from({ length: documents }, (_, index) =>
      grantToItem(`doc-${String(index).padStart(4, '0')}-${at}`, grant(group(name), 'viewer', details)),
    ),
  );
  return new MemoryTable(...items);
}

const listedFrom = (table: MemoryTable, limit: number, groups = GROUPS, after?: string) =>
  listDocuments(subject('alice', groups), pageOf(limit), after, {
    table,
    policy: { roles: ROLES, privateLayerPrefix: 'user:' },
    clock: new ManualClock(),
    log: createLogger('warn', () => undefined),
  });

test('a page of one document takes no more queries than a page of two hundred, also behind expired grants', async () => {
  const groups = GROUPS.slice(0, 2);
  const items = tableOfGroups(500, { expiresAt: NOON }, groups).everything();
  const calls: number[] = [];
  for (const limit of [1, 200]) {
    const table = new MemoryTable(...items);
    await listedFrom(table, limit, groups);
    calls.push(table.calls.length);
  }
  expect(calls[0]).toBe(calls[1]);
  expect(calls[0]).toBeLessThanOrEqual(10);
});

test('a user in 500 groups with many documents each gets pages of at most 5,000 read items, which lose nothing', async () => {
  const table = tableOfGroups(12);
  const found: string[] = [];
  let after: string | undefined;
  do {
    table.itemsRead = 0;
    const page = await listedFrom(table, 200, GROUPS, after);
    expect(table.itemsRead).toBeLessThanOrEqual(5000);
    found.push(...page.entries.map(({ documentId }) => documentId));
    after = page.next;
  } while (after !== undefined && found.length < 600);
  const all = table.everything().map(({ pk }) => pk.slice('DOC#'.length));
  expect(found).toEqual(all.sort().slice(0, found.length));
  expect(found.length).toBeGreaterThanOrEqual(600);
});

test('a page ends early, with the position of the next, when it has read as much as a request may', async () => {
  const table = tableOfGroups(12, { expiresAt: NOON });
  const page = await listedFrom(table, 1);
  expect(page.entries).toEqual([]);
  expect(page.next).toMatch(/^doc-/);
  expect(table.itemsRead).toBeLessThanOrEqual(5000);
});

/** Makes 50 layers whose names begin with a text. */
const fiftyLayers = (name: string): string[] =>
  Array.from({ length: 50 }, (_, number) => `${name}-${number}`);

test("an owner that names thousands of layers to a caller's groups does not make the answer too long for Lambda", async () => {
  const table = new MemoryTable();
  for (const name of GROUPS) {
    const layers = fiftyLayers(name);
    table.store(grantToItem('many', grant(group(name), 'viewer', { layers, privateLayer: true })));
  }
  const { entries } = await listedFrom(table, 200);
  expect(entries[0]?.layers).toHaveLength(MAX_LISTED_LAYERS);
});

test('an owner that gives hundreds of groups documents with many layers does not make a page compute for long', async () => {
  const table = new MemoryTable();
  for (const id of ['a', 'b', 'c']) {
    for (const [number, name] of GROUPS.entries()) {
      const layers = number < 20 ? fiftyLayers(name) : ['*'];
      table.store(grantToItem(id, grant(group(name), 'viewer', { layers })));
    }
  }
  const page = await listedFrom(table, 200);
  expect(page).toMatchObject({ entries: [{ documentId: 'a' }], next: 'a' });
  expect(await listedFrom(table, 200, GROUPS, 'b')).toMatchObject({ entries: [{ documentId: 'c' }] });
});
