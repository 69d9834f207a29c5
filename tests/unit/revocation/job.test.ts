import { describe, expect, test } from '@jest/globals';
import {
  afterPage,
  inRound,
  isConfirmed,
  isOnlyWaiting,
  jobIdOf,
  keptUntil,
  newJob,
  nextDue,
  requestBy,
  ruleOf,
  withRequest,
} from '../../../lib/revocation/job.ts';
import { NOON } from '../../support/runtime/clock.ts';

const NOW = NOON * 1000;
const MINUTE = 60_000;
const NEXT = { pk: 'a', sk: 'b' };

const job = newJob({ documentId: 'contract' }, 'owner', undefined, NOW);
const ofUser = newJob({ userId: 'alice' }, 'alice', undefined, NOW);
const signed = (epoch: number) => ({
  epoch,
  namedAt: epoch,
  holdsUntil: NOON,
  builtFrom: new Set(['EVERYONE']),
  pending: {},
});
const nothing = { raised: 0, waiting: 0, unreadable: 0 };

describe('a job', () => {
  test('adds up its pages, and ends a walk after the last', () => {
    const first = afterPage(job, { raised: 3, waiting: 2, unreadable: 1, next: NEXT });
    expect(first).toMatchObject({ holders: 3, walks: 0, waiting: 0, version: NOW + 1 });
    expect(first.underWay).toEqual({ waiting: 3, next: NEXT });
    const last = afterPage(first, { ...nothing, raised: 1, waiting: 1 });
    expect(last).toMatchObject({ holders: 4, walks: 1, waiting: 4, version: NOW + 2 });
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
    const walked = afterPage(ofUser, { ...nothing, raised: 1 });
    expect(nextDue(walked, true, NOW)?.dueSince).toBe(NOW + MINUTE);
    expect(nextDue(walked, true, NOW + MINUTE)?.dueSince).toBe(NOW + 10 * MINUTE);
    const again = afterPage(walked, nothing);
    expect(nextDue(again, true, NOW + 10 * MINUTE)).toBeUndefined();
  });

  test('only once more if it found nobody, as anybody can ask about themselves', () => {
    const walked = afterPage(ofUser, nothing);
    expect(nextDue(walked, true, NOW)?.dueSince).toBe(NOW + MINUTE);
    expect(nextDue(afterPage(walked, nothing), true, NOW + MINUTE)).toBeUndefined();
  });

  test('at once if its only walk took longer than that: its first pages may be as old as the request', () => {
    const [found, nobody] = [afterPage(ofUser, { ...nothing, raised: 1 }), afterPage(ofUser, nothing)];
    const late = { dueSince: NOW + 11 * MINUTE, waitingSince: NOW + 11 * MINUTE };
    expect(nextDue(found, true, NOW + 11 * MINUTE)).toEqual(late);
    expect(nextDue(nobody, true, NOW + 11 * MINUTE)).toEqual(late);
    expect(nextDue(afterPage(found, nothing), true, NOW + 11 * MINUTE)).toBeUndefined();
  });

  test('ten minutes after it began if it found somebody late, by an index that lagged', () => {
    const late = afterPage(afterPage(ofUser, nothing), { ...nothing, raised: 1 });
    expect(nextDue(late, true, NOW + MINUTE)?.dueSince).toBe(NOW + 10 * MINUTE);
  });

  test('at once if another request has come', () => {
    const walked = withRequest(afterPage(job, nothing), 'owner', undefined, NOW + 1);
    expect(nextDue(walked, true, NOW + 5)?.dueSince).toBe(NOW + 5);
  });

  test('never, if all holders were seen and all families are confirmed', () => {
    expect(nextDue(afterPage(job, nothing), true, NOW)).toBeUndefined();
  });
});

describe('the id of a job', () => {
  test('is the same for every request with its target', () => {
    expect(jobIdOf({ userId: 'bob', documentId: 'doc' })).toBe(jobIdOf({ documentId: 'doc', userId: 'bob' }));
    expect(newJob({ userId: 'bob' }, 'bob', 'a', NOW).id).toBe(
      newJob({ userId: 'bob' }, 'x', 'b', NOW + 1).id,
    );
  });

  test('never changes: a request after an update finds the job of one before', () => {
    expect(jobIdOf({ userId: 'alice', documentId: 'contract' })).toBe('LI8La_BA1mXEOtN0XZ7GMA');
  });

  test('is another one for every other target, however it is cut, and can stand in a URL', () => {
    const ids = [
      jobIdOf({ userId: 'a' }),
      jobIdOf({ documentId: 'a' }),
      jobIdOf({ userId: 'a', documentId: 'b' }),
      jobIdOf({ userId: 'b', documentId: 'a' }),
      jobIdOf({ userId: 'a","b', documentId: 'c' }),
      jobIdOf({ userId: 'a', documentId: 'b","c' }),
      jobIdOf({ userId: 'null', documentId: 'a' }),
      jobIdOf({ userId: 'a', documentId: 'null' }),
      jobIdOf({ userId: '' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  });
});

describe('a round', () => {
  const LATER = NOW + 7;
  const again = (of: typeof job) => withRequest(of, 'owner', undefined, LATER);

  test('is not begun anew by a request during its first walk, however often one comes', () => {
    const within = again(afterPage(job, { ...nothing, raised: 2, next: NEXT }));
    expect(inRound(within)).toBe(within);
  });

  test('follows at once for a request that came meanwhile, and covers it', () => {
    const walked = again(afterPage(job, { ...nothing, raised: 2 }));
    expect(inRound(walked)).toMatchObject({ covers: LATER, walks: 0, waiting: 0, holders: 0 });
    expect(ruleOf(inRound(walked)).applies(signed(NOW))).toBe(true);
  });

  test('is cut short by a request if it only walks to deliver again', () => {
    const redelivering = afterPage(afterPage(job, { ...nothing, waiting: 1 }), { ...nothing, next: NEXT });
    expect(inRound(again(redelivering))).toMatchObject({ covers: LATER, underWay: { waiting: 0 } });
  });

  test('without another request stays as it is', () => {
    const walked = afterPage(job, nothing);
    expect(inRound(walked)).toBe(walked);
  });

  test('tells the truth about each request: an earlier one stays confirmed, a later one is pending', () => {
    const next = inRound(again(afterPage(job, nothing)));
    expect([isConfirmed(next, NOW), isConfirmed(next, LATER), isConfirmed(next)]).toEqual([
      true,
      false,
      false,
    ]);
    const done = afterPage(next, nothing);
    expect([isConfirmed(done, NOW), isConfirmed(done)]).toEqual([true, true]);
  });

  test('confirms an earlier request too that an earlier round did not confirm', () => {
    const next = inRound(again(afterPage(job, { ...nothing, waiting: 1 })));
    expect(isConfirmed(next, NOW)).toBe(false);
    expect(isConfirmed(afterPage(next, nothing), NOW)).toBe(true);
  });

  test('is not only waiting if a request has come', () => {
    expect(isOnlyWaiting(again(afterPage(job, { ...nothing, waiting: 1 })))).toBe(false);
  });
});

describe('a request', () => {
  test("of the tokens' user is kept beside that of another caller", () => {
    const both = withRequest(withRequest(ofUser, 'backend', 'stolen', NOW + 1), 'alice', 'mine', NOW + 2);
    expect(requestBy(both, 'alice')).toEqual({ by: 'alice', at: NOW + 2, reason: 'mine' });
    expect(requestBy(both, 'backend')).toEqual({ by: 'backend', at: NOW + 1, reason: 'stolen' });
    expect(requestBy(both, 'mallory')).toBeUndefined();
  });
});

test('a job is kept for a week after the latest request that found a holder, else for an hour', () => {
  const found = afterPage(job, { ...nothing, raised: 1 });
  expect(keptUntil(found, NOON + 60)).toBe(NOON + 7 * 86_400);
  expect(keptUntil(found, NOON + 9 * 86_400)).toBe(NOON + 9 * 86_400 + 3600);
  expect(keptUntil(afterPage(job, nothing), NOON + 60)).toBe(NOON + 60 + 3600);
  const repeated = afterPage(inRound(withRequest(found, 'owner', undefined, NOW + 5)), nothing);
  expect(keptUntil(repeated, NOON + 60)).toBe(NOON + 7 * 86_400);
});

describe('a job raises', () => {
  const withEpoch = (epoch: number) => ({ ...signed(epoch), holdsUntil: 0, builtFrom: new Set<string>() });

  test('every holder on its first walk that may have signed a token', () => {
    for (const first of [job, ofUser]) expect(ruleOf(first).applies(signed(NOW + MINUTE))).toBe(true);
  });

  test('no holder of a document that has signed nothing since it was last raised', () => {
    expect(ruleOf(job).applies(withEpoch(NOW - MINUTE))).toBe(false);
  });

  test('every holder of a user on the first walk, so that a later one leaves new tokens alone', () => {
    expect(ruleOf(ofUser).applies(withEpoch(NOW - MINUTE))).toBe(true);
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
      expect(rule.applies(signed(NOW + 9_999))).toBe(true);
      expect(rule.applies(signed(NOW + 10_000))).toBe(false);
    },
  );

  test('a holder of a user so far on the first walk that no later one raises it again', () => {
    expect(ruleOf(ofUser).lowestEpoch).toBe(ruleOf(afterPage(ofUser, nothing)).lowestEpoch);
  });
});
