import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { exhaust } from '../support/interleaving/interleaving.ts';
import { everyEndOf, oneEndOf } from '../support/revocation/model/model.ts';
import { BOUNDED, EITHER_WAY, INTERRUPTIONS, WHOLE } from '../support/revocation/model/situations.ts';

// Many runs, on machines of any speed.
jest.setTimeout(600_000);

const lines: string[] = [];

afterAll(() => {
  process.stdout.write(`${lines.join('\n')}\n`);
});

describe('no token lives on that the grants do not allow, and nobody who has grants is left without one', () => {
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
      expect(states).toBeGreaterThan(500);
    },
  );
});

test.each(Object.entries(EITHER_WAY))(
  'seeing once what two orders lead to alike leaves none of them out, %s',
  async (_, situation) => {
    const { sequences, runs } = await everyEndOf(situation);
    const all = await exhaust((choose) => oneEndOf(situation, choose));
    expect(sequences).toBe(BigInt(all));
    expect(runs).toBeLessThan(all);
  },
);
