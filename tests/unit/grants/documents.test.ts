import { expect, test } from '@jest/globals';
import { listDocuments, type Grant } from '../../../lib/grants/index.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { ROLES } from '../../support/grants/administration.ts';
import { EVERYONE, grant, group, pageOf, subject, user } from '../../support/grants/grants.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
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
