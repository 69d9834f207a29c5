import { expect, test } from '@jest/globals';
import { expiryOfCheck, outlivingEntries } from '../../../../lib/rotation/key-check/outliving-entries.ts';
import { longPast } from '../../../../lib/rotation/key-list.ts';
import { DAY, HOUR } from '../../../../lib/runtime/time.ts';
import type { PublishedKey } from '../../../../lib/signing-keys/index.ts';
import { ManualClock, NOON } from '../../../support/runtime/clock.ts';

const clock = new ManualClock();
const FAR = NOON + 90 * DAY;
const common = { alg: 'ES256', publicKey: '', longestLife: HOUR } as const;
const ended = (kid: string, state: 'previous' | 'dropped', verifiesUntil: number): PublishedKey => ({
  ...{ ...common, kid, state, verifiesUntil },
});
const current: PublishedKey = { ...common, kid: 'current', state: 'current', entryIds: new Set([9]) };
const LATE = { id: 5, expiresAt: expiryOfCheck('late').notBefore(FAR) };

test('the entry that a check gives a discarded key has to end at once', () => {
  expect(outlivingEntries([LATE], [current, ended('late', 'dropped', NOON)], clock)).toEqual([
    { id: 5, kid: 'late', limit: longPast(clock) },
  ]);
});

test('the entry that a check gives a discarded key that was previous has to end at once, too', () => {
  const until = NOON + 3 * HOUR;
  expect(outlivingEntries([{ id: 5, expiresAt: until }], [ended('late', 'dropped', until)], clock)).toEqual([
    { id: 5, kid: 'late', limit: longPast(clock) },
  ]);
});

test('the entry of a replaced key has to end with its overlap', () => {
  const until = NOON + 3 * HOUR;
  expect(outlivingEntries([LATE], [ended('late', 'previous', until)], clock)).toEqual([
    { id: 5, kid: 'late', limit: until },
  ]);
  expect(outlivingEntries([{ id: 5, expiresAt: until }], [ended('late', 'previous', until)], clock)).toEqual(
    [],
  );
});

test('the entries of another stage, of the key that signs, and the current one are left alone', () => {
  const published = [current, ended('late', 'dropped', NOON)];
  expect(
    outlivingEntries(
      [
        { id: 1 },
        { id: 2, expiresAt: LATE.expiresAt + 1 },
        { id: 9, expiresAt: LATE.expiresAt },
        { id: 3, expiresAt: expiryOfCheck('current').notBefore(FAR) },
      ],
      published,
      clock,
    ),
  ).toEqual([]);
});

test('an entry that a key in use ends at the same moment as a discarded one belongs to the key in use', () => {
  const until = NOON + 3 * HOUR;
  const published = [ended('late', 'dropped', until), ended('used', 'previous', until)];
  expect(outlivingEntries([{ id: 5, expiresAt: until }], published, clock)).toEqual([]);
});
