import type { Clock } from '../../../lib/runtime/clock.ts';
import { Deadline, DeadlineOverError } from '../../../lib/runtime/deadline.ts';
import { MINUTE, toMilliseconds, type Seconds } from '../../../lib/runtime/time.ts';

/**
 * The time for each part of an action. A computer can sleep in the middle of one and wake hours later, when somebody else has
 * replaced the key. A part makes no call after its time.
 */
export const PART: Seconds = 2 * MINUTE;

/** A part of an action on the keys. */
export interface Part {
  /** The state that it leads to, as the end of the sentence "Done: ...". */
  readonly done: string;
  /** Rejects with DeadlineOverError if its time is over. */
  readonly run: () => Promise<unknown>;
}

/**
 * Runs the parts of an action in their order.
 *
 * @param again - the arguments of `npm run keys` that continue the action
 * @throws Error if the time of a part is over. It names the parts that are done, the others, and the command that continues. Other
 * errors of the parts are passed on
 */
export async function runParts(parts: readonly Part[], again: string): Promise<void> {
  const states = parts.map(({ done }) => done);
  for (const [at, { run }] of parts.entries()) {
    try {
      await run();
    } catch (error) {
      throw inWords(error, states.slice(0, at), states.slice(at), again);
    }
  }
}

/**
 * Words the error of an action whose time is over; returns any other error unchanged.
 *
 * @param done - the states that are reached
 * @param open - the states that are not, or not for certain
 * @param again - as for {@link runParts}
 */
export function inWords(
  error: unknown,
  done: readonly string[],
  open: readonly string[],
  again: string,
): unknown {
  if (!(error instanceof DeadlineOverError)) return error;
  const lines = [
    'The time for this is over, perhaps because this computer slept. The command has stopped.',
    ...(done.length > 0 ? [`Done: ${done.join('; ')}.`] : []),
    `Not finished: ${open.join('; ')}.`,
    `To continue, run \`npm run keys -- ${again}\` again.`,
  ];
  return new Error(lines.join('\n'), { cause: error });
}

/** Runs work that makes no call after the time of a part. @throws DeadlineOverError if the time is over */
export function inTime<Result>(clock: Clock, work: () => Promise<Result>): Promise<Result> {
  return Deadline.after(clock, toMilliseconds(PART)).run(work);
}
