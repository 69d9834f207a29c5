import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { exhaust } from '../support/interleaving/interleaving.ts';
import { everyEndOf, oneEndOf } from '../support/revocation/model/model.ts';
import { SHARED } from '../support/revocation/model/shared-situations.ts';
import { VOUCHED } from '../support/revocation/model/vouched-situations.ts';
import { BOUNDED, EITHER_WAY, FROZEN, INTERRUPTIONS, WHOLE } from '../support/revocation/model/situations.ts';

// Many runs, on machines of any speed.
jest.setTimeout(600_000);

const lines: string[] = [];

afterAll(() => {
  process.stdout.write(`${lines.join('\n')}\n`);
});

describe('every accepted token is within the grants, and everyone with a grant gets one', () => {
  test.each(Object.entries(WHOLE))('after %s, in any order', async (name, situation) => {
    const { sequences, states } = await everyEndOf(situation);
    lines.push(`${name}: all ${sequences.toLocaleString('en')} sequences, ${states} states`);
    expect(states).toBeGreaterThan(100);
  });

  test.each(Object.entries(BOUNDED))(
    'after %s, in any order with few interruptions',
    async (name, situation) => {
      const { sequences, states } = await everyEndOf({ ...situation, interruptions: INTERRUPTIONS });
      const count = sequences.toLocaleString('en');
      lines.push(
        `${name}: all ${count} sequences with up to ${INTERRUPTIONS} interruptions, ${states} states`,
      );
      expect(states).toBeGreaterThan(100);
    },
  );
});

describe('runs that share a job, a mark or a holder lose no revocation', () => {
  test.each(Object.entries(SHARED))('after %s', async (name, situation) => {
    const { sequences, states } = await everyEndOf(situation);
    lines.push(`${name}: all ${sequences.toLocaleString('en')} sequences, ${states} states`);
    expect(states).toBeGreaterThan(50);
  });
});

describe('a revocation ends every vouched token that is held, and no other, and the next one is accepted', () => {
  test.each(Object.entries(VOUCHED))('after %s', async (name, situation) => {
    const { sequences, states } = await everyEndOf(situation);
    lines.push(`${name}: all ${sequences.toLocaleString('en')} sequences, ${states} states`);
    expect(states).toBeGreaterThan(50);
  });
});

describe('a process that is frozen and thawed does no harm: every accepted token is within the grants', () => {
  test.each(Object.entries(FROZEN))('after %s', async (name, situation) => {
    const { sequences, states } = await everyEndOf(situation);
    lines.push(`${name}: all ${sequences.toLocaleString('en')} sequences, ${states} states`);
    expect(states).toBeGreaterThan(10);
  });
});

test.each(Object.entries(EITHER_WAY))(
  'exploring a common state only once leaves out no order, %s',
  async (_, situation) => {
    const { sequences, runs } = await everyEndOf(situation);
    const all = await exhaust((choose) => oneEndOf(situation, choose));
    expect(sequences).toBe(BigInt(all));
    expect(runs).toBeLessThan(all);
  },
);
