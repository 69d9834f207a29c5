import { expect, test } from '@jest/globals';
import { generateSigningKey } from '../../../../../lib/rotation/index.ts';
import {
  nowVerifies,
  readPublishedKeys,
  recordUse,
  type PublishedKey,
} from '../../../../../lib/signing-keys/index.ts';
import { DAY } from '../../../../../lib/runtime/time.ts';
import { publishedKeyItem } from '../../../../../lib/table/index.ts';
import { takeKeysFrom } from '../../../../../tools/cli/revoke-all/former-keys.ts';
import { ManualClock, NOON } from '../../../../support/runtime/clock.ts';
import { MemoryTable } from '../../../../support/table/memory-table.ts';

const key = (kid: string, state: PublishedKey['state'], verifiesUntil?: number): PublishedKey =>
  ({
    ...{ kid, alg: 'ES256', publicKey: 'a PEM', longestLife: 3600, state },
    ...(verifiesUntil !== undefined && { verifiesUntil }),
  }) as PublishedKey;

const tableOf = (...keys: readonly PublishedKey[]): MemoryTable =>
  new MemoryTable(...keys.map((one) => publishedKeyItem(one)));

async function verifying(table: MemoryTable): Promise<string[]> {
  const keys = await readPublishedKeys(table);
  return keys.filter((one) => nowVerifies(one, NOON)).map(({ kid, state }) => `${kid} ${state}`);
}

test('a restore does not bring back a leaked key that was discarded since the backup', async () => {
  const restored = tableOf(key('leaked', 'current'));
  const former = tableOf(key('leaked', 'dropped', NOON - DAY), key('new', 'current'));

  expect(await takeKeysFrom(former, restored, new ManualClock())).toBe(2);
  expect(await verifying(restored)).toEqual(['new current']);
});

test('a key of an old backup that the former table has forgotten does not count', async () => {
  const restored = tableOf(key('forgotten', 'current'), key('new', 'current'));
  const former = tableOf(key('new', 'current'));

  await takeKeysFrom(former, restored, new ManualClock());

  expect(await verifying(restored)).toEqual(['new current']);
});

test('a key that the backup knows as pending, and that the former table has forgotten, does not count', async () => {
  const restored = tableOf(key('forgotten', 'pending'), key('new', 'current'));
  const former = tableOf(key('new', 'current'));

  await takeKeysFrom(former, restored, new ManualClock());

  expect(await verifying(restored)).toEqual(['new current']);
});

test('a key that was put into the secret by hand, beside which the former one stays current, keeps signing', async () => {
  const restored = tableOf(key('by hand', 'current'), key('a former one', 'current'));
  const former = tableOf(key('by hand', 'current'), key('a former one', 'current'));

  await takeKeysFrom(former, restored, new ManualClock());

  expect((await verifying(restored)).sort()).toEqual(['a former one current', 'by hand current']);
});

test('a process can sign with the key of a rotation that is interrupted after it published its key', async () => {
  const restored = tableOf(key('a', 'current'), key('b', 'current'));
  const { pair } = await generateSigningKey('ES256', new ManualClock());

  await takeKeysFrom(tableOf(key('a', 'current')), restored, new ManualClock());

  await expect(recordUse(restored, { ...pair, kid: 'b' }, 3600)).resolves.toBeUndefined();
});

test('the tokens of a replaced key live out their time', async () => {
  const restored = tableOf(key('old', 'current'));
  const former = tableOf(key('old', 'previous', NOON + DAY), key('new', 'current'));

  await takeKeysFrom(former, restored, new ManualClock());

  expect(await verifying(restored)).toEqual(['new current', 'old previous']);
});

test('a rotation since the restore keeps its result', async () => {
  const restored = tableOf(key('a', 'previous', NOON + DAY), key('b', 'current'));
  const former = tableOf(key('a', 'current'));

  expect(await takeKeysFrom(former, restored, new ManualClock())).toBe(0);
  expect(await verifying(restored)).toEqual(['a previous', 'b current']);
});

test('the entries of Document Engine that the backup does not know are still those of this stage', async () => {
  const restored = tableOf({ ...key('a', 'current'), entryIds: new Set([1]) });
  const former = tableOf({ ...key('a', 'current'), entryIds: new Set([1, 7]) });

  await takeKeysFrom(former, restored, new ManualClock());

  expect(await readPublishedKeys(restored)).toEqual([expect.objectContaining({ entryIds: new Set([1, 7]) })]);
  expect(await takeKeysFrom(former, restored, new ManualClock())).toBe(0);
});
