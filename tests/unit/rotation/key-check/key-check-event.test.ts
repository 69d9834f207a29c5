import { expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../../lib/audit/index.ts';
import { keyCheckHandler } from '../../../../lib/rotation/index.ts';
import { recordingInto } from '../../../support/audit/recording.ts';
import { RotationWorld } from '../../../support/rotation/rotation-world.ts';

const CONTEXT = { awsRequestId: 'invocation', getRemainingTimeInMillis: () => 100_000 };

test('each key that Document Engine had lost and has again is one record, and a check that finds all well has none', async () => {
  const world = await RotationWorld.create({ begins: 'none', checked: 'first and last second' });
  await world.rotate();
  const previous = await world.process().mint();
  await world.rotate();
  const current = await world.process().mint();
  const records: AuditEvent[] = [];
  const check = keyCheckHandler(world.dependencies, recordingInto(records));

  await check({}, CONTEXT);
  expect(records).toEqual([]);

  world.restartFromEnvironment();
  await check({}, CONTEXT);
  await check({}, CONTEXT);

  const type = 'signing-key.registered-again';
  expect(records).toEqual(
    [current, previous].map(({ kid }) => ({ type, id: `invocation/${kid}`, data: { kid } })),
  );
});
