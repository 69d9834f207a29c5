import { describe, expect, test } from '@jest/globals';
import { DAY, HOUR, MINUTE, toMilliseconds } from '../../../lib/runtime/time.ts';
import { RestoredStage } from '../../support/revocation/restored-stage.ts';

/** Begins a stage with a backup that knows one token of `mallory`, who mints on afterwards. */
async function begun() {
  const stage = new RestoredStage();
  await stage.open();
  const known = await stage.mint('mallory');
  const backup = stage.backUp();
  const pass = (seconds: number): void => {
    stage.clock.advance(toMilliseconds(seconds));
  };
  pass(MINUTE);
  return { stage, known, backup, pass };
}

describe('After a restore and the command revoke-all, an attacker', () => {
  test('cannot use a token that was revoked after the backup, while its user gets tokens that work', async () => {
    const { stage, known, backup, pass } = await begun();
    await stage.revoke('mallory');
    expect(stage.accepts(known)).toBe(false);
    stage.restore(backup);
    pass(MINUTE);
    // The restored table gives the revoked family new life, and Document Engine refuses it.
    expect(stage.accepts(await stage.mint('mallory', DAY))).toBe(false);

    await stage.revokeAll({ withFormer: false });
    await stage.sweep();
    pass(MINUTE);

    expect(stage.accepts(known)).toBe(false);
    expect(stage.accepts(await stage.mint('mallory'))).toBe(true);
  });

  test('cannot use a token that outlives the revocation which Document Engine remembers', async () => {
    const { stage, backup, pass } = await begun();
    await stage.revoke('mallory');
    stage.restore(backup);
    const inRevokedFamily = await stage.mint('mallory', DAY);

    await stage.revokeAll({ withFormer: false });
    await stage.sweep();
    pass(3 * HOUR);

    expect(stage.accepts(inRevokedFamily)).toBe(false);
  });

  test('cannot use a token of a family that lived on after the backup ended in it', async () => {
    const { stage, backup, pass } = await begun();
    pass(3 * DAY);
    const late = await stage.mint('mallory', DAY);
    stage.restore(backup);

    await stage.revokeAll({ withFormer: false });
    await stage.sweep();

    expect(stage.accepts(late)).toBe(false);
  });

  test('cannot use a token of a family that the backup does not know, if the former table is there', async () => {
    const { stage, backup, pass } = await begun();
    await stage.revoke('mallory');
    pass(MINUTE);
    const ofNewFamily = await stage.mint('mallory', DAY);
    const ofNewUser = await stage.mint('eve', DAY);
    stage.restore(backup);
    await stage.revoke('eve');
    expect([ofNewFamily, ofNewUser].map((jwt) => stage.accepts(jwt))).toEqual([true, true]);

    await stage.revokeAll();
    await stage.sweep();

    expect([ofNewFamily, ofNewUser].map((jwt) => stage.accepts(jwt))).toEqual([false, false]);
  });

  test('cannot escape a revocation that Document Engine had not confirmed before the restore', async () => {
    const { stage, known, backup } = await begun();
    stage.answers = false;
    await stage.revoke('mallory');
    stage.restore(backup);
    stage.answers = true;

    await stage.revokeAll();
    await stage.sweep();

    expect(stage.accepts(known)).toBe(false);
  });

  test('cannot escape by a revocation of the meantime that knew only the family of the backup', async () => {
    const { stage, backup, pass } = await begun();
    pass(3 * DAY);
    const late = await stage.mint('mallory', DAY);
    stage.restore(backup);
    // The restored item says that the family ended days ago, so this delivers nothing.
    await stage.revoke('mallory');
    expect(stage.accepts(late)).toBe(true);

    await stage.revokeAll();
    await stage.sweep();

    expect(stage.accepts(late)).toBe(false);
  });

  test('cannot be missed by a run that was interrupted and continued, whatever was minted in between', async () => {
    const { stage, backup, pass } = await begun();
    const users = ['a', 'b', 'c', 'd', 'e'];
    const before = await Promise.all(users.map((user) => stage.mint(user, DAY)));
    stage.restore(backup);
    pass(MINUTE);
    const began = stage.clock.now();
    await expect(stage.revokeAll({ signal: AbortSignal.abort() })).rejects.toThrow('Interrupted');
    pass(MINUTE);
    await Promise.all(users.map((user) => stage.mint(user)));

    const { failed } = await stage.revokeAll({ began });
    await stage.sweep();

    expect(failed).toEqual([]);
    expect(before.map((jwt) => stage.accepts(jwt))).toEqual(users.map(() => false));
  });
});

test.each([
  ['five minutes slow', -5 * MINUTE],
  ['right now, but was a year fast in an earlier run', 0],
])('A token of the last minutes does not survive a computer whose clock is %s', async (_clock, wrong) => {
  const { stage, pass } = await begun();
  if (wrong === 0) {
    const began = stage.clock.now() + toMilliseconds(365 * DAY);
    await stage.revokeAll({ withFormer: false, began });
    await stage.sweep();
  }
  pass(MINUTE);
  const minted = [await stage.mint('mallory'), await stage.mint('eve')];

  await stage.revokeAll({ withFormer: false, began: stage.clock.now() + toMilliseconds(wrong) });
  await stage.sweep();

  expect(minted.map((jwt) => stage.accepts(jwt))).toEqual([false, false]);
});

test('A repeated run leaves alone the users whose tokens began after the run did', async () => {
  const { stage, pass } = await begun();
  const began = stage.clock.now();
  await stage.revokeAll({ withFormer: false });
  await stage.sweep();
  pass(MINUTE);
  const fresh = await stage.mint('mallory');

  expect(await stage.revokeAll({ withFormer: false, began })).toEqual({ revoked: 0, already: 1, failed: [] });
  await stage.sweep();
  expect(stage.accepts(fresh)).toBe(true);
});

/** Makes numbers from 0 up to a bound, always the same for a seed (a linear congruential generator, Numerical Recipes). */
function numbersFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

test.each(Array.from({ length: 40 }, (_, seed) => seed))(
  'No course of mints, revocations and sweeps around a restore leaves a token of before it alive (seed %i)',
  async (seed) => {
    const upTo = numbersFrom(seed);
    const stage = new RestoredStage();
    await stage.open();
    const minted: string[] = [];
    const step = async (): Promise<void> => {
      const user = `user${upTo(3)}`;
      switch (upTo(5)) {
        case 0:
        case 1:
          minted.push(await stage.mint(user, 60 + upTo(DAY - 60)));
          break;
        case 2:
          await stage.revoke(user);
          break;
        case 3:
          await stage.sweep();
          break;
        default:
          stage.answers = upTo(2) === 0;
      }
      stage.clock.advance(toMilliseconds(upTo(6 * HOUR)));
    };
    for (let at = 0; at < 6; at += 1) await step();
    const backup = stage.backUp();
    for (let at = 0; at < 12; at += 1) await step();
    stage.restore(backup);
    for (let at = 0; at < 4; at += 1) await step();

    await stage.revokeAll();
    stage.answers = true;
    for (let at = 0; at < 30; at += 1) {
      await stage.sweep();
      stage.clock.advance(toMilliseconds(MINUTE));
    }

    expect(minted.filter((jwt) => stage.accepts(jwt))).toEqual([]);
    const fresh = await stage.mint('user0');
    expect(stage.accepts(fresh)).toBe(true);
    await stage.revoke('user0');
    expect(stage.accepts(fresh)).toBe(false);
  },
);
