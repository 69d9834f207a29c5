import { expect, test } from '@jest/globals';
import { inParallelToTheEnd } from '../../../../../tools/cli/grants/in-parallel-to-the-end.ts';

test('A failed call lets the one under way end, begins no other, and is reported last', async () => {
  const events: string[] = [];
  const slow = Promise.withResolvers<undefined>();
  const run = inParallelToTheEnd(['bad', 'slow', 'never'], 2, async (element) => {
    events.push(`${element} begins`);
    if (element === 'bad') throw new Error('bad');
    await slow.promise;
    events.push(`${element} ends`);
  }).catch((error: unknown) => events.push(String(error)));
  // All that the failed call can set off has happened by the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  expect(events).toEqual(['bad begins', 'slow begins']);

  slow.resolve(undefined);
  await run;
  expect(events).toEqual(['bad begins', 'slow begins', 'slow ends', 'Error: bad']);
});
