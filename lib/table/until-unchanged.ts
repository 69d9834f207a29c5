import { StoreUnavailableError } from './table.ts';

/** The result of an attempt of {@link untilUnchanged} whose condition failed: somebody wrote since it read. */
export const CHANGED: unique symbol = Symbol('changed');

const ATTEMPTS = 5;

/**
 * Repeats an attempt that reads, decides, and then writes on the condition that the item is as it read it.
 *
 * @param doing - ends the sentence "It changed under every attempt to …"
 * @param attempt - gives back {@link CHANGED} to be repeated
 * @param attempts - how often it is tried
 * @returns the outcome of the first attempt that was not overtaken
 * @throws StoreUnavailableError when each was overtaken
 */
export async function untilUnchanged<Outcome>(
  doing: string,
  attempt: (number: number) => Promise<Outcome | typeof CHANGED>,
  attempts = ATTEMPTS,
): Promise<Outcome> {
  for (let number = 0; number < attempts; number += 1) {
    const outcome = await attempt(number);
    if (outcome !== CHANGED) return outcome;
  }
  throw new StoreUnavailableError(`The item changed under every attempt to ${doing}`);
}
