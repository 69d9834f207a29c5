import { expect, test } from '@jest/globals';
import { withSlowTimes } from '../../../../../tools/cli/verify/slow-checks.ts';
import type { CheckResult } from '../../../../../tools/cli/verify/verification.ts';
import { ManualClock } from '../../../../support/runtime/clock.ts';

test('A check of a second or longer names its time, and the time of its reader does not count', async () => {
  const clock = new ManualClock();
  async function* checks(): AsyncGenerator<CheckResult> {
    yield await Promise.resolve({ check: 'fast', outcome: 'ok' });
    clock.advance(999);
    yield { check: 'nearly', outcome: 'ok', detail: 'as alice' };
    clock.advance(2_640);
    yield { check: 'slow', outcome: 'ok', detail: 'as alice' };
    clock.advance(1_000);
    yield { check: 'slow failure', outcome: 'failed' };
  }
  const details: unknown[] = [];
  for await (const { check, detail } of withSlowTimes(checks(), () => clock.now())) {
    details.push([check, detail]);
    clock.advance(5_000);
  }
  expect(details).toEqual([
    ['fast', undefined],
    ['nearly', 'as alice'],
    ['slow', 'it took 2.6 seconds; as alice'],
    ['slow failure', 'it took 1.0 seconds'],
  ]);
});
