import { expect, test } from '@jest/globals';
import { inParallel } from '../../../lib/runtime/parallel.ts';

test('as many are under way at a time as there may be, and the results come in order', async () => {
  const running = new Map<number, PromiseWithResolvers<string>>();
  const all = inParallel([0, 1, 2, 3], 2, (element) => {
    const work = Promise.withResolvers<string>();
    running.set(element, work);
    return work.promise;
  });
  expect([...running.keys()]).toEqual([0, 1]);
  running.get(1)?.resolve('one');
  await running.get(1)?.promise;
  await Promise.resolve();
  expect([...running.keys()]).toEqual([0, 1, 2]);
  running.get(2)?.resolve('two');
  running.get(0)?.resolve('zero');
  await running.get(0)?.promise;
  await new Promise(setImmediate);
  running.get(3)?.resolve('three');
  expect(await all).toEqual(['zero', 'one', 'two', 'three']);
});

test('nothing begins any more once something has failed', async () => {
  const begun: number[] = [];
  const all = inParallel([0, 1, 2, 3, 4], 2, async (element) => {
    begun.push(element);
    await new Promise(setImmediate);
    if (element === 1) throw new RangeError('one failed');
  });
  await expect(all).rejects.toThrow('one failed');
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1, 2]);
});

test('nothing to do is done at once', async () => {
  expect(await inParallel([], 5, () => Promise.reject(new Error('never called')))).toEqual([]);
});
