import { describe, expect, test } from '@jest/globals';
import {
  afterPage,
  isConfirmed,
  isOnlyWaiting,
  newJob,
  nextDue,
  ruleOf,
} from '../../../lib/revocation/job.ts';
import { NOON } from '../../support/runtime/clock.ts';

const NOW = NOON * 1000;
const MINUTE = 60_000;
const NEXT = { pk: 'a', sk: 'b' };

const job = newJob({ documentId: 'contract' }, 'owner', undefined, NOW);
const ofUser = newJob({ userId: 'alice' }, 'alice', undefined, NOW);
const nothing = { raised: 0, waiting: 0, unreadable: 0 };

describe('a job', () => {
  test('adds up its pages, and ends a walk after the last', () => {
    const first = afterPage(job, { raised: 3, waiting: 2, unreadable: 1, next: NEXT });
    expect(first).toMatchObject({ holders: 3, walks: 0, waiting: 0, version: 1 });
    expect(first.underWay).toEqual({ waiting: 3, next: NEXT });
    const last = afterPage(first, { ...nothing, raised: 1, waiting: 1 });
    expect(last).toMatchObject({ holders: 4, walks: 1, waiting: 4, version: 2 });
    expect(last.underWay).toEqual({ waiting: 0 });
    expect([isConfirmed(last), isOnlyWaiting(last)]).toEqual([false, true]);
  });

  test('is confirmed after a walk that left no family unconfirmed, not before', () => {
    expect(isConfirmed(job)).toBe(false);
    expect(isConfirmed(afterPage(job, nothing))).toBe(true);
  });
});

describe('a job is due again', () => {
  test('at once, within a walk', () => {
    const within = afterPage(job, { ...nothing, next: NEXT });
    expect(nextDue(within, true, NOW + 5)).toEqual({ dueSince: NOW + 5, waitingSince: NOW });
  });

  test('after longer and longer pauses if Document Engine does not confirm a family, at once if it does not answer', () => {
    const waits = afterPage(job, { ...nothing, waiting: 1 });
    expect(nextDue(waits, true, NOW)?.dueSince).toBe(NOW + MINUTE);
    expect(nextDue(waits, true, NOW + 9 * MINUTE)?.dueSince).toBe(NOW + 18 * MINUTE);
    expect(nextDue(waits, true, NOW + 600 * MINUTE)?.dueSince).toBe(NOW + 660 * MINUTE);
    expect(nextDue(waits, false, NOW + 9 * MINUTE)?.dueSince).toBe(NOW + 9 * MINUTE);
  });

  test('a minute and ten minutes after it began if the index may lag, and then never', () => {
    const walked = afterPage(ofUser, nothing);
    expect(nextDue(walked, true, NOW)?.dueSince).toBe(NOW + MINUTE);
    expect(nextDue(walked, true, NOW + MINUTE)?.dueSince).toBe(NOW + 10 * MINUTE);
    expect(nextDue(walked, true, NOW + 10 * MINUTE)).toBeUndefined();
  });

  test('never, if all holders were seen and all families are confirmed', () => {
    expect(nextDue(afterPage(job, nothing), true, NOW)).toBeUndefined();
  });
});

describe('a job raises', () => {
  const withEpoch = (epoch: number) => ({
    epoch,
    namedAt: epoch,
    holdsUntil: NOON,
    builtFrom: new Set<string>(),
    pending: {},
  });

  test('every holder on its first walk', () => {
    for (const first of [job, ofUser]) expect(ruleOf(first).applies(withEpoch(NOW + MINUTE))).toBe(true);
  });

  test.each([
    ['a user', ofUser],
    ['a document', job],
  ])(
    'on a later walk those of %s that it did not raise before, and none that was minted after it',
    (_, first) => {
      // The clocks of two machines differ by ten seconds at most.
      const rule = ruleOf(afterPage(first, nothing));
      expect(rule.lowestEpoch).toBe(NOW + 10_000);
      expect(rule.applies(withEpoch(NOW + 9_999))).toBe(true);
      expect(rule.applies(withEpoch(NOW + 10_000))).toBe(false);
    },
  );

  test('a holder of a user so far on the first walk that no later one raises it again', () => {
    expect(ruleOf(ofUser).lowestEpoch).toBe(ruleOf(afterPage(ofUser, nothing)).lowestEpoch);
  });
});
