import { type AuditEvent } from '../../../lib/audit/index.ts';
import { recordingInto, UNRECORDED } from '../../support/audit/recording.ts';
import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { DeadlineOverError } from '../../../lib/runtime/deadline.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';
import { rotationHandler } from '../../../lib/rotation/rotation-event.ts';
import { RotationRefusedError, type RotationStep } from '../../../lib/rotation/index.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:signing-key-AbCdEf';

function handlerOf(outcome: () => Promise<string | undefined> = () => Promise.resolve('new-key')) {
  const runs: [RotationStep, string, number][] = [];
  const lines: string[] = [];
  const records: AuditEvent[] = [];
  const log = createLogger('debug', (line) => lines.push(line));
  const run = (...step: [RotationStep, string, number]): Promise<string | undefined> => {
    runs.push(step);
    return outcome();
  };
  const handler = rotationHandler({ run }, ARN, log, recordingInto(records));
  const call = (event: unknown): Promise<void> =>
    handler(event, { awsRequestId: 'request', getRemainingTimeInMillis: () => 119_500 });
  return { runs, lines, records, call };
}

const event = (changes: object = {}): object => ({
  Step: 'setSecret',
  SecretId: ARN,
  ClientRequestToken: 'b6a7f9a4-9c1d-4a5e-8f5e-2f1d6c0a9b11',
  ...changes,
});

test('the requested step is run, and stops while the invocation has time left to log the reason', async () => {
  const { runs, call } = handlerOf();

  await call(event({ RotationToken: 'a field that came later' }));

  expect(runs).toEqual([['setSecret', 'b6a7f9a4-9c1d-4a5e-8f5e-2f1d6c0a9b11', 117.5]]);
});

test('a step is a record with the key to rotate to, whether it is done or failed', async () => {
  const done = handlerOf();
  await done.call(event());
  const failing = handlerOf(() => Promise.reject(new RotationRefusedError('for a reason')));
  await expect(failing.call(event())).rejects.toThrow(RotationRefusedError);

  const versionId = 'b6a7f9a4-9c1d-4a5e-8f5e-2f1d6c0a9b11';
  const type = 'signing-key.step';
  const id = 'request/setSecret';
  expect([...done.records, ...failing.records]).toEqual([
    { type, id: `${id}/done`, data: { step: 'setSecret', outcome: 'done', versionId, kid: 'new-key' } },
    {
      type,
      id: `${id}/failed`,
      data: { step: 'setSecret', outcome: 'failed', versionId, error: 'ROTATION_REFUSED' },
    },
  ]);
});

test('Hiding a failed step: one that Lambda repeats under the same request id has two records with two ids', async () => {
  let tries = 0;
  const { call, records } = handlerOf(() =>
    (tries += 1) === 1
      ? Promise.reject(new RotationRefusedError('for a reason'))
      : Promise.resolve('new-key'),
  );
  await expect(call(event())).rejects.toThrow(RotationRefusedError);
  await call(event());

  expect(new Set(records.map(({ id }) => id)).size).toBe(2);
});

describe('nothing is run', () => {
  test.each([
    ['for another secret', { SecretId: `${ARN}2` }, /another secret/],
    ['for a step that does not exist', { Step: 'dropSecret' }, /not a rotation event/],
    ['without a version', { ClientRequestToken: undefined }, /not a rotation event/],
  ])('%s', async (_case, changes, reason) => {
    const { runs, call, lines } = handlerOf();

    await expect(call(event(changes))).rejects.toThrow(RotationRefusedError);
    await expect(call(event(changes))).rejects.toThrow(reason);
    expect(runs).toEqual([]);
    expect(lines.join('')).toContain('SigningKeyRotationFailed');
  });
});

test('a failure fails the step, so that Secrets Manager repeats it, and is logged and counted', async () => {
  const { call, lines } = handlerOf(() => Promise.reject(new RotationRefusedError('for a reason')));

  await expect(call(event())).rejects.toThrow('for a reason');

  expect(lines[0]).toContain('"step":"setSecret"');
  expect(lines[0]).toContain('for a reason');
});

test('the message of a foreign error reaches neither our log nor the error that Lambda logs', async () => {
  const secret = randomUUID();
  const { call, lines } = handlerOf(() => Promise.reject(new Error(secret, { cause: secret })));

  const failure: unknown = await call(event()).catch((error: unknown) => error);

  expect(inspect(failure, { showHidden: true })).not.toContain(secret);
  expect(lines.join('')).not.toContain(secret);
});

test('a step that Document Engine keeps waiting stops before Lambda ends the process, and the log gives the reason', async () => {
  const world = await RotationWorld.create();
  const version = world.beginRotation();
  await world.rotation.run('createSecret', version, 60);
  const handler = rotationHandler(world.rotation, 'signing-key', world.log, UNRECORDED);
  world.calls.begin();
  world.calls.frozen = (call) => {
    if (world.calls.made[call] === 'Document Engine: GET /api/secrets/jwt') world.pass(118);
  };
  const parts = { Step: 'setSecret', SecretId: 'signing-key', ClientRequestToken: version };

  const step = handler(parts, { awsRequestId: 'request', getRemainingTimeInMillis: () => 120_000 });

  await expect(step).rejects.toThrow(DeadlineOverError);
  expect(world.calls.made.at(-1)).toBe('Document Engine: GET /api/secrets/jwt');
  expect(world.lines.join('')).toContain('"error":"DEADLINE_OVER"');
  expect(world.lines.join('')).toContain('SigningKeyRotationFailed');
});
