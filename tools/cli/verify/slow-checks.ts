import { toMilliseconds, type Milliseconds } from '../../../lib/runtime/time.ts';
import type { CheckResult } from './verification.ts';

/** A check takes milliseconds. From this time on, a person notices that it is slow. */
const SLOW: Milliseconds = toMilliseconds(1);

/**
 * Adds its time to each check that took a second or longer, failed ones too: "it is slow" is then seen at the part that is.
 *
 * @param results - each is made when it is asked for
 * @param now - the present moment
 */
export async function* withSlowTimes(
  results: AsyncIterable<CheckResult>,
  now: () => Milliseconds,
): AsyncGenerator<CheckResult> {
  let before = now();
  for await (const result of results) {
    const time = now() - before;
    if (time < SLOW) yield result;
    else {
      const slow = `it took ${(time / toMilliseconds(1)).toFixed(1)} seconds`;
      yield { ...result, detail: result.detail === undefined ? slow : `${slow}; ${result.detail}` };
    }
    before = now();
  }
}
