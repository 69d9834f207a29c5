import { expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../../lib/audit/index.ts';
import { keyCheckHandler } from '../../../../lib/rotation/index.ts';
import { recordingInto } from '../../../support/audit/recording.ts';
import { RotationWorld } from '../../../support/rotation/rotation-world.ts';

test('A key that Document Engine takes again without a record: each registration has one, and a check without work has none', async () => {
  const world = await RotationWorld.create({ begins: 'none', checked: 'first and last second' });
  await world.rotate();
  const { kid } = await world.process().mint();
  const records: AuditEvent[] = [];
  const check = keyCheckHandler(world.dependencies, recordingInto(records));
  const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 120_000 };

  await check({}, context);
  expect(records).toEqual([]);

  world.restartFromEnvironment();
  await check({}, context);
  expect(records).toEqual([{ type: 'signing-key.registered-again', id: `request/${kid}`, data: { kid } }]);
});
