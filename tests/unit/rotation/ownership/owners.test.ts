import { describe, expect, test } from '@jest/globals';
import { ownersOf, type Known } from '../../../../lib/rotation/ownership/owners.ts';
import { type PublishedKey } from '../../../../lib/signing-keys/index.ts';
import { NOON } from '../../../support/runtime/clock.ts';

const END = NOON + 3600;

/** A published key: current, or previous if it has an end. */
function published(kid: string, entryIds: readonly number[] | undefined, end?: number): PublishedKey {
  const key = { kid, alg: 'ES256', publicKey: kid, longestLife: 60 } as const;
  return {
    ...key,
    ...(entryIds && { entryIds: new Set(entryIds) }),
    ...(end === undefined ? { state: 'current' } : { state: 'previous', verifiesUntil: end }),
  };
}

/** Lists the owners by id: a kid, `predecessor`, or nothing. */
const owners = (entries: Readonly<Record<number, number | undefined>>, known: Known) =>
  Object.fromEntries(
    [
      ...ownersOf(
        Object.entries(entries).map(([id, expiresAt]) => ({
          id: Number(id),
          ...(expiresAt !== undefined && { expiresAt }),
        })),
        known,
      ),
    ].map(([id, owner]) => [id, typeof owner === 'object' ? owner.kid : owner]),
  );

const accepted = { kid: 'new', accepted: true };

describe('an entry', () => {
  test('whose id is recorded belongs to the key with which it is recorded', () => {
    const keys = [published('old', [3, 5], END), published('new', [7])];
    expect(owners({ 3: END, 4: END + 1, 7: undefined }, { published: keys, signing: accepted })).toEqual({
      3: 'old',
      7: 'new',
    });
  });

  test("that ends when the predecessor's tokens do is the predecessor's", () => {
    const predecessor = { publicKey: 'pem', validUntil: END };
    expect(owners({ 3: END, 4: END + 1 }, { published: [], predecessor })).toEqual({ 3: 'predecessor' });
    expect(owners({ 3: END }, { published: [], predecessor: 'none' })).toEqual({});
  });

  test('that ends when a replaced key of version 0.1.0 does, which has no ids, is that key’s', () => {
    expect(owners({ 3: END, 4: END + 1 }, { published: [published('old', undefined, END)] })).toEqual({
      3: 'old',
    });
    expect(owners({ 3: END }, { published: [published('old', [9], END)] })).toEqual({});
  });
});

describe('the current entry without a record', () => {
  const upgraded = [published('old', undefined, END), published('new', undefined)];

  test('is of the key that signs if Document Engine accepts it and every other entry is of another key', () => {
    expect(owners({ 7: undefined }, { published: upgraded, signing: accepted })).toEqual({ 7: 'new' });
    expect(owners({ 3: END, 7: undefined }, { published: upgraded, signing: accepted })).toEqual({
      3: 'old',
      7: 'new',
    });
  });

  test('belongs to nobody if another entry could be of the key that signs', () => {
    expect(owners({ 4: END + 1, 7: undefined }, { published: upgraded, signing: accepted })).toEqual({});
    const elsewhere = [published('new', [4])];
    expect(owners({ 4: END + 1, 7: undefined }, { published: elsewhere, signing: accepted })).toEqual({
      4: 'new',
    });
  });

  test.each([false, undefined])('belongs to nobody if the answer to the probe is %s', (answer) => {
    const signing = { kid: 'new', accepted: answer };
    expect(owners({ 7: undefined }, { published: upgraded, signing })).toEqual({});
    expect(owners({ 7: undefined }, { published: upgraded })).toEqual({});
  });
});

test('an id that a new database has given again does not pass for the key that Document Engine refuses', () => {
  const keys = [published('new', [1])];
  expect(owners({ 1: undefined }, { published: keys, signing: { kid: 'new', accepted: false } })).toEqual({});
  expect(owners({ 1: undefined }, { published: keys, signing: { kid: 'new', accepted: undefined } })).toEqual(
    { 1: 'new' },
  );
});
