import { createGate } from '../../../clients/typescript/src/gate.ts';
import { LayermintError } from '../../../clients/typescript/src/errors.ts';
import type { Seconds } from '../../../lib/runtime/time.ts';

const ATTEMPTS = 12;

/** Finds the longest wait of the TypeScript client between two attempts, by letting many fail in a row. */
export async function longestBackoff(): Promise<Seconds> {
  let longest = 0;
  const gate = createGate(
    // Every wait is over at once.
    {
      mark: () => ({ wall: 0, monotonic: 0 }),
      since: () => Infinity,
      after: (_, run) => {
        queueMicrotask(run);
        return () => undefined;
      },
    },
    () => 1,
    () => true,
    (type, _, details) => {
      if (type === 'retry-planned') longest = Math.max(longest, details?.waitMs ?? 0);
    },
  );
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const leave = await gate.enter({});
    leave(new LayermintError('unavailable', 'The service is down', { status: 503 }));
  }
  return longest / 1000;
}
