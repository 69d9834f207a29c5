import { expect, test } from '@jest/globals';
import { changePublishedKey, readPublishedKeys } from '../../../lib/signing-keys/index.ts';
import { publishedKeyKey } from '../../../lib/table/index.ts';
import { publishedItem, publishedKey, type Details } from '../../support/signing-keys/published-keys.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';
import { NOON } from '../../support/runtime/clock.ts';

const EVERY_STATE: readonly Details[] = [
  { state: 'pending' },
  { state: 'current' },
  { state: 'previous', verifiesUntil: NOON },
  { state: 'dropped', verifiesUntil: NOON },
];

test.each(EVERY_STATE)(
  'a key that is $state comes back from the table as it was published',
  async (details) => {
    const table = new MemoryTable();
    const key = publishedKey(details);

    await changePublishedKey(table, key.kid, () => key);

    expect(await readPublishedKeys(table)).toEqual([key]);
  },
);

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
  ['one whose end is no moment', { state: 'previous', verifiesUntil: 'tomorrow' }],
  ['one in another state', { state: 'lost' }],
  ['one for another algorithm', { alg: 'HS256' }],
  ['one without its longest life', { longestLife: undefined }],
])('no key is read from an item that says what cannot be: %s', async (_what, attributes) => {
  const usual = { ...publishedItem(publishedKey()), ...attributes };
  const table = new MemoryTable();
  table.store(JSON.parse(JSON.stringify(usual)) as typeof usual);

  expect(await readPublishedKeys(table)).toEqual([]);
});
