import { StoreContendedError } from './errors.ts';

/**
 * The result of an attempt of {@link untilUnchanged} if its condition failed: another writer came between read and
 * write.
 */
export const CHANGED: unique symbol = Symbol('changed');

const ATTEMPTS = 5;

/**
 * Repeats an attempt that reads, decides, and then writes on the condition that the item has not changed since.
 *
 * @param doing - the end of the error message "Other writers changed the item during every attempt to …"
 * @param attempt - returns {@link CHANGED} to be repeated; gets its number, from 0
 * @param attempts - the most attempts
 * @returns the outcome of the first attempt that no other writer interrupted
 * @throws StoreContendedError if other writers interrupted every attempt
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
  throw new StoreContendedError(`Other writers changed the item during every attempt to ${doing}`);
}
