import { describe, expect, test } from '@jest/globals';
import {
  FIRST_PAUSE,
  idFault,
  nextPause,
  revocationBody,
  targetInWords,
  type Target,
} from '../../../../../../clients/console/src/sections/revocations/revocation.ts';

const typed = { userId: 'bob', documentId: ' contract-2026 ', reason: '' };

describe('A revocation', () => {
  test.each<readonly [Target, object, string]>([
    ['own', {}, 'your own tokens, for every document'],
    ['own-document', { documentId: 'contract-2026' }, 'your own tokens for the document “contract-2026”'],
    ['user', { userId: 'bob' }, 'the tokens of user “bob”, for every document'],
    [
      'user-document',
      { userId: 'bob', documentId: 'contract-2026' },
      'the tokens of user “bob” for the document “contract-2026”',
    ],
    [
      'everyone',
      { documentId: 'contract-2026', everyone: true },
      'the tokens of everyone for the document “contract-2026”',
    ],
  ])('of %s ends no others, whatever is left in hidden fields', (target, body, words) => {
    expect(revocationBody({ ...typed, target })).toEqual(body);
    expect(targetInWords({ ...typed, target })).toBe(words);
  });

  test('has its reason', () => {
    expect(revocationBody({ ...typed, target: 'own', reason: 'lost' })).toEqual({ reason: 'lost' });
  });
});

test('The pauses grow to a minute', () => {
  const pauses = [FIRST_PAUSE];
  for (let round = 0; round < 12; round++) pauses.push(nextPause(pauses.at(-1) ?? 0));
  expect(pauses.slice(0, 4)).toEqual([2000, 3000, 4500, 6750]);
  expect(pauses.at(-1)).toBe(60_000);
});

test.each(['..', 'a/b', 'a?b', '<img>'])('The id %s leads no request to another route', (id) => {
  expect(idFault(id)).toMatch(/^The id of a revocation has/);
});

test('An id of the service can be looked up', () => {
  expect(idFault('gWiDrPAij33jxhqHORcpoU')).toBeUndefined();
  expect(idFault('')).toBe('Enter the id of a revocation.');
});
