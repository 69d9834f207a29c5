import { expect, test } from '@jest/globals';
import { DeadlineOverError } from '../../../../../lib/runtime/deadline.ts';
import { UsageError } from '../../../../../tools/cli/errors.ts';
import { recorded } from '../../../../../tools/cli/keys/recorded.ts';
import type { OperatorRecord } from '../../../../../tools/cli/operator-records/operator-records.ts';
import { RotationWorld } from '../../../../support/rotation/rotation-world.ts';

async function run(action: () => Promise<number>, entryId?: number) {
  const world = await RotationWorld.create({ begins: 'none' });
  await world.rotate();
  const { kid } = await world.process().mint();
  const records: OperatorRecord[] = [];
  const write = (written: readonly OperatorRecord[]) => Promise.resolve(void records.push(...written));
  const result = await recorded('rotate', action, { write }, world.dependencies, entryId).catch(
    (error: unknown) => error,
  );
  return { result, records, kid };
}

test('An action that was done has one record, with the key that signs now', async () => {
  const { result, records, kid } = await run(() => Promise.resolve(0), 7);
  expect(result).toBe(0);
  expect(records).toEqual([
    {
      type: 'signing-key.command',
      data: { command: 'rotate', outcome: 'done', kid, nextKid: undefined, entryId: 7, error: undefined },
    },
  ]);
});

test('An action that failed can have changed a key: it has one record, with the code of the error alone', async () => {
  const failure = new DeadlineOverError();
  const { result, records } = await run(() => Promise.reject(failure));
  expect(result).toBe(failure);
  expect(records).toMatchObject([{ data: { outcome: 'failed', error: expect.any(String) } }]);
  expect(JSON.stringify(records)).not.toContain(failure.message);
});

test.each([
  ['was not confirmed', () => Promise.resolve(1)],
  ['refused to begin', () => Promise.reject(new UsageError('Nothing was done.'))],
])('An action that %s has no record', async (_name, action) => {
  expect((await run(action)).records).toEqual([]);
});
