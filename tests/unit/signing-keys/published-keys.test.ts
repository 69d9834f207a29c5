import { describe, expect, test } from '@jest/globals';
import {
  changePublishedKey,
  nowVerifies,
  publishKey,
  readPublishedKeys,
  recordUse,
} from '../../../lib/signing-keys/index.ts';
import { publishedKeyKey } from '../../../lib/table/index.ts';
import { fixedPublicKey } from '../../support/signing-keys/fixed-signing-key.ts';
import { publishedItem, publishedKey, type Details } from '../../support/signing-keys/published-keys.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';
import { NOON } from '../../support/runtime/clock.ts';

type Published = Parameters<typeof recordUse>[1];

const EVERY_STATE: readonly Details[] = [
  { state: 'pending' },
  { state: 'current' },
  { state: 'previous', verifiesUntil: NOON },
  { state: 'dropped', verifiesUntil: NOON },
];

test.each(EVERY_STATE)('a key that is $state is read from the table as it was published', async (details) => {
  const table = new MemoryTable();
  const key = publishedKey(details);

  await changePublishedKey(table, key.kid, () => key);

  expect(await readPublishedKeys(table)).toEqual([key]);
});

test('a key with an end stays for 30 days after it, and one without for good', async () => {
  const table = new MemoryTable();
  for (const details of EVERY_STATE) {
    const key = publishedKey({ kid: details.state ?? '', ...details });
    await changePublishedKey(table, key.kid, () => key);
  }

  const ttls = ['pending', 'current', 'previous', 'dropped'].map(
    (kid) => table.stored(publishedKeyKey(kid))?.['ttl'],
  );

  expect(ttls).toEqual([undefined, undefined, NOON + 30 * 86_400, NOON + 30 * 86_400]);
});

test.each([
  ['a pending one with an end', { state: 'pending', verifiesUntil: NOON }],
  ['a current one with an end', { state: 'current', verifiesUntil: NOON }],
  ['a previous one without an end', { state: 'previous' }],
  ['a dropped one without an end', { state: 'dropped' }],
  ['one with an end that is not a moment', { state: 'previous', verifiesUntil: 'tomorrow' }],
  ['one in another state', { state: 'lost' }],
  ['one for another algorithm', { alg: 'HS256' }],
  ['one without its longest life', { longestLife: undefined }],
])('an item with impossible attributes is not read as a key: %s', async (_case, attributes) => {
  const usual = { ...publishedItem(publishedKey()), ...attributes };
  const table = new MemoryTable();
  table.store(JSON.parse(JSON.stringify(usual)) as typeof usual);

  expect(await readPublishedKeys(table)).toEqual([]);
});

/** Makes a table in which another process changes a key between the first read and the first write. */
function raced(
  before: Details,
  meanwhile: Details,
): { readonly table: MemoryTable; readonly key: Published } {
  const table = new MemoryTable(publishedItem(publishedKey(before)));
  table.before = (operation) => {
    if (operation !== 'put') return;
    table.before = () => undefined;
    table.store(publishedItem(publishedKey(meanwhile)));
  };
  return { table, key: { kid: 'test-key', alg: 'ES256', publicKey: fixedPublicKey } };
}

describe('a key that is dropped while another process changes it', () => {
  const DROPPED: Details = { state: 'dropped', verifiesUntil: NOON };

  test('stays dropped, and a process that was about to sign with it is refused', async () => {
    const { table, key } = raced({ state: 'current', longestLife: 60 }, { ...DROPPED, longestLife: 60 });

    await expect(recordUse(table, key, 3600)).rejects.toMatchObject({ code: 'SIGNING_KEY_SUPERSEDED' });

    expect(await readPublishedKeys(table)).toEqual([publishedKey({ ...DROPPED, longestLife: 60 })]);
  });

  test('is read again, and the change is decided again', async () => {
    const { table, key } = raced({ state: 'pending' }, DROPPED);
    const seen: unknown[] = [];

    await changePublishedKey(table, key.kid, (published) => {
      seen.push(published?.state);
      return published?.state === 'pending' ? { ...published, state: 'current' } : undefined;
    });

    expect(seen).toEqual(['pending', 'dropped']);
    expect(await readPublishedKeys(table)).toEqual([publishedKey(DROPPED)]);
  });
});

test('a longer life that a process records while a key is replaced is not lost', async () => {
  const { table, key } = raced(
    { state: 'current', longestLife: 60 },
    { state: 'current', longestLife: 3600 },
  );

  await changePublishedKey(
    table,
    key.kid,
    (published) => published && { ...published, state: 'previous', verifiesUntil: NOON },
  );

  expect(await readPublishedKeys(table)).toMatchObject([{ state: 'previous', longestLife: 3600 }]);
});

test.each([undefined, new Set([7])])(
  'the id of an entry that rotation records while a process records a longer life is not lost (before: %o)',
  async (entryIds) => {
    const before = { state: 'current', longestLife: 60, ...(entryIds && { entryIds }) } as const;
    const { table, key } = raced(before, { ...before, entryIds: new Set([...(entryIds ?? []), 8]) });

    await recordUse(table, key, 3600);

    expect(await readPublishedKeys(table)).toEqual([
      publishedKey({ state: 'current', longestLife: 3600, entryIds: new Set([...(entryIds ?? []), 8]) }),
    ]);
  },
);

test('the ids of entries join those that are recorded, in every state, and leave the state as it is', async () => {
  for (const details of EVERY_STATE) {
    const table = new MemoryTable();
    const key = publishedKey({ ...details, entryIds: new Set([3]) });
    await changePublishedKey(table, key.kid, () => key);

    await publishKey(table, { ...key, publicKey: fixedPublicKey }, 'pending', key.longestLife, [5, 3]);

    expect(await readPublishedKeys(table)).toEqual([{ ...key, entryIds: new Set([3, 5]) }]);
  }
});

test('a key that another process publishes first is not written over', async () => {
  const { table, key } = raced({ kid: 'other' }, { state: 'current', longestLife: 3600 });

  await recordUse(table, key, 60);

  expect(await readPublishedKeys(table)).toContainEqual(publishedKey({ longestLife: 3600 }));
});

describe('publishing a key', () => {
  const KEY: Published = { kid: 'test-key', alg: 'ES256', publicKey: fixedPublicKey };

  test.each([
    [60, 3600, 3600],
    [3600, 60, 3600],
  ])(
    'as current after it was pending keeps the longer life: %d s, then %d s',
    async (pending, current, kept) => {
      const table = new MemoryTable();
      await publishKey(table, KEY, 'pending', pending);
      await publishKey(table, KEY, 'current', current);

      expect(await readPublishedKeys(table)).toEqual([publishedKey({ longestLife: kept })]);
    },
  );

  test.each<Details>([{ state: 'current' }, { state: 'previous', verifiesUntil: NOON }])(
    'as pending leaves one that is $state',
    async (details) => {
      const table = new MemoryTable(publishedItem(publishedKey(details)));

      await publishKey(table, KEY, 'pending', 7200);

      expect(await readPublishedKeys(table)).toEqual([publishedKey(details)]);
    },
  );

  test('as current removes its end', async () => {
    const table = new MemoryTable(publishedItem(publishedKey({ state: 'previous', verifiesUntil: NOON })));

    await publishKey(table, KEY, 'current', 3600);

    expect(await readPublishedKeys(table)).toEqual([publishedKey()]);
    expect(table.stored(publishedKeyKey('test-key'))).not.toHaveProperty('ttl');
  });
});

describe('recording the use of a key', () => {
  const KEY: Published = { kid: 'test-key', alg: 'ES256', publicKey: fixedPublicKey };

  test('that was never published publishes it as current', async () => {
    const table = new MemoryTable();

    await recordUse(table, KEY, 600);

    expect(await readPublishedKeys(table)).toEqual([publishedKey({ longestLife: 600 })]);
  });

  test('with a life that is recorded already writes nothing', async () => {
    const table = new MemoryTable(publishedItem(publishedKey()));

    await recordUse(table, KEY, 3600);

    expect(table.calls).toEqual(['batchGet']);
  });

  test('that is dropped is refused, however short the life', async () => {
    const table = new MemoryTable(publishedItem(publishedKey({ state: 'dropped', verifiesUntil: NOON })));

    await expect(recordUse(table, KEY, 1)).rejects.toMatchObject({ code: 'SIGNING_KEY_SUPERSEDED' });
  });

  test('that is previous is refused for a longer life than recorded, and allowed for a shorter one', async () => {
    const previous = publishedKey({ state: 'previous', verifiesUntil: NOON });
    const table = new MemoryTable(publishedItem(previous));

    await expect(recordUse(table, KEY, 3601)).rejects.toMatchObject({ code: 'SIGNING_KEY_SUPERSEDED' });
    await recordUse(table, KEY, 3600);

    expect(await readPublishedKeys(table)).toEqual([previous]);
  });

  test('that is pending records the longer life and leaves it pending', async () => {
    const table = new MemoryTable(publishedItem(publishedKey({ state: 'pending', longestLife: 60 })));

    await recordUse(table, KEY, 3600);

    expect(await readPublishedKeys(table)).toEqual([publishedKey({ state: 'pending' })]);
  });
});

test('a key verifies until its end, and a dropped key does not verify at all', () => {
  const previous = publishedKey({ state: 'previous', verifiesUntil: NOON });
  const dropped = publishedKey({ state: 'dropped', verifiesUntil: NOON });

  expect([NOON - 1, NOON].map((at) => nowVerifies(previous, at))).toEqual([true, false]);
  expect(nowVerifies(dropped, NOON - 1)).toBe(false);
  expect(nowVerifies(publishedKey(), NOON * 2)).toBe(true);
});
