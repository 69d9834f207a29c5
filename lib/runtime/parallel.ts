/**
 * Calls a function for each element of a list, with a bounded number of calls at a time.
 *
 * @returns the results in the order of the list
 * @throws the first error; no further call begins after it
 */
export async function inParallel<In, Out>(
  list: readonly In[],
  atATime: number,
  work: (element: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  const left = list.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, element] of left) {
      if (failed) return;
      try {
        results[index] = await work(element);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, list.length) }, worker));
  return results;
}
