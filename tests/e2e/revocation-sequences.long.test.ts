import { afterAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { EVERY_BEHAVIOUR } from '../support/document-engine/behaviours.ts';
import { anySequence } from '../support/revocation/sequences/any-sequence.ts';
import { goThrough, Tally } from '../support/revocation/sequences/sequence.ts';

// `SEQUENCES=1000 npm test -- revocation-sequences` runs more of them.
const SEQUENCES = Number(process.env['SEQUENCES'] ?? 100);

// Each runs over real sockets, on machines of any speed. A failed one is repeated to make it shorter.
jest.setTimeout(1_800_000 + SEQUENCES * 5_000);

const lines: string[] = [];

afterAll(() => {
  process.stdout.write(`${lines.join('\n')}\n`);
});

describe('once the sweeper has run, every accepted token is within the current grants, and everyone with a grant gets one', () => {
  test('after any sequence of events', async () => {
    const tally = new Tally();
    await fc.assert(
      fc.asyncProperty(anySequence, (sequence) => goThrough(sequence, tally)),
      { numRuns: SEQUENCES },
    );
    lines.push(`revocation: ${String(tally)}`);
    expect(tally.sequences).toBe(SEQUENCES);
    expect(tally.judged).toBeGreaterThan(5 * SEQUENCES);
    expect(tally.ended).toBeGreaterThan(SEQUENCES / 2);
  });

  test('with any behaviour of Document Engine that its documentation allows', async () => {
    const tally = new Tally();
    const behaviour = fc.constantFrom(...EVERY_BEHAVIOUR);
    await fc.assert(
      fc.asyncProperty(anySequence, behaviour, (sequence, its) => goThrough(sequence, tally, its)),
      { numRuns: Math.ceil(SEQUENCES / 4) },
    );
    lines.push(`revocation, with any Document Engine: ${String(tally)}`);
    expect(tally.sequences).toBe(Math.ceil(SEQUENCES / 4));
  });
});
