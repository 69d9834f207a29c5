import { describe, expect, test } from '@jest/globals';
import { unitsOf } from '../../../../lib/revocation/sweeping/units.ts';
import { dueFrom, grantKey, jobKey, type Item } from '../../../../lib/table/index.ts';
import { EVERYONE, group } from '../../../support/grants/grants.ts';
import { waitingItem } from '../../../support/revocation/holder-items.ts';
import { NOON } from '../../../support/runtime/clock.ts';

const NOW = NOON * 1000;

const job = (id: string): Item => ({ ...jobKey(id), ...dueFrom(jobKey(id), NOW) });

const mark = (documentId: string, principal = EVERYONE): Item => {
  const key = grantKey(documentId, principal);
  return { ...key, revoking: 'a change', ...dueFrom(key, NOW) };
};

const namesOf = (items: readonly Item[]): string[][] =>
  unitsOf(items).map((unit) => unit.items.map(({ pk, sk }) => `${pk} ${sk}`));

describe('the units of a window', () => {
  test('are its holders together, the marks of each document, and each job', () => {
    const window = [
      job('one'),
      mark('a'),
      waitingItem('alice'),
      mark('b'),
      mark('a', group('staff')),
      job('two'),
      waitingItem('bob'),
    ];
    expect(namesOf(window)).toEqual([
      ['DOC#contract HOLDER#alice', 'DOC#contract HOLDER#bob'],
      ['JOB#one JOB'],
      ['DOC#a GRANT#EVERYONE', 'DOC#a GRANT#GROUP#staff'],
      ['DOC#b GRANT#EVERYONE'],
      ['JOB#two JOB'],
    ]);
  });

  test('keep holders that were postponed before apart from the others, and behind them', () => {
    const postponed = waitingItem('refused', NOW, 'DUE#0', { waitingSince: NOW - 1 });
    expect(namesOf([postponed, waitingItem('alice')])).toEqual([
      ['DOC#contract HOLDER#alice'],
      ['DOC#contract HOLDER#refused'],
    ]);
  });

  test('have an item once that moved while the index was read: a read of many keys refuses repeated ones', () => {
    expect(namesOf([waitingItem('alice'), waitingItem('alice')])).toEqual([['DOC#contract HOLDER#alice']]);
  });
});
