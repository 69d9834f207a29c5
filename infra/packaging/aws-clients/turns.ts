import type { Milliseconds } from '../../../lib/runtime/time.ts';

/**
 * The longest that the second call of a client waits for the first answer. At the start of a process, that answer usually comes sooner
 * than a second TLS handshake would. One that takes longer than this is slow for another reason.
 */
const PATIENCE: Milliseconds = 200;

/** The turns of a client's calls at the start of a process. */
export interface Turns {
  /** Waits until a call may be made. */
  readonly next: () => Promise<void>;
  /** Tells that an attempt of a call has ended, so that its connection is free or closed. */
  readonly ended: () => void;
}

/**
 * Makes the turns of a client. The second call waits for the first answer, and takes over its connection: at the start of a process
 * that is sooner than another TLS handshake, which takes two round trips and 4 ms of the processor.
 *
 * It does not wait in the agent's queue. There, the time for connecting and for the answer would already run, and further calls, such
 * as the reads of a batch, would wait for each other on that one connection. They have a connection each.
 */
export function turnsOfCalls(): Turns {
  const { promise: firstEnd, resolve } = Promise.withResolvers<undefined>();
  const ended = (): void => {
    resolve(undefined);
  };
  let calls = 0;
  return {
    next: async () => {
      calls += 1;
      if (calls !== 2) return;
      const timer = setTimeout(ended, PATIENCE);
      await firstEnd;
      clearTimeout(timer);
    },
    ended,
  };
}
