import { inParallel } from '../../../lib/runtime/parallel.ts';

/**
 * Calls a function for each element of a list, as {@link inParallel} does. It rejects only when no call is under way any more: a change
 * that ends after another one has failed still has its record.
 *
 * @throws the first error; no further call begins after it
 */
export async function inParallelToTheEnd<Element>(
  list: readonly Element[],
  atATime: number,
  work: (element: Element) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  await inParallel(list, atATime, async (element) => {
    if (errors.length > 0) return;
    try {
      await work(element);
    } catch (error) {
      errors.push(error);
    }
  });
  if (errors.length > 0) throw errors[0];
}
