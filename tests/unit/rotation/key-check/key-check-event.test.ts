import { describe, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../../lib/audit/index.ts';
import {
  keyCheckHandler,
  rotateInEmergency,
  type RotationDependencies,
} from '../../../../lib/rotation/index.ts';
import { expiryOfCheck } from '../../../../lib/rotation/key-check/outliving-entries.ts';
import { createLogger } from '../../../../lib/runtime/log.ts';
import { DAY, toMilliseconds } from '../../../../lib/runtime/time.ts';
import { leaseItem, publishedKeyKey } from '../../../../lib/table/index.ts';
import { recordingInto } from '../../../support/audit/recording.ts';
import { NOON } from '../../../support/runtime/clock.ts';
import { RotationWorld } from '../../../support/rotation/rotation-world.ts';

const INVOCATION = { awsRequestId: 'request', getRemainingTimeInMillis: () => 120_000 };

/** Runs the check as Lambda does. @returns the metrics and the messages of its lines */
async function run(world: RotationWorld, others: Partial<RotationDependencies> = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger(
    'info',
    (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    () => world.clock.now(),
  );
  await keyCheckHandler({ ...world.dependencies, log, ...others }, recordingInto([]))({}, INVOCATION);
  const metrics = Object.assign({}, ...lines.filter((line) => '_aws' in line)) as Record<string, unknown>;
  return { metrics, messages: lines.flatMap(({ message }) => (message === undefined ? [] : [message])) };
}

async function rotated(): Promise<RotationWorld> {
  const world = await RotationWorld.create({ begins: 'none', checked: 'first and last second' });
  await world.rotate();
  await world.process().mint();
  return world;
}

test('if all is well, each value is written and is 0, except the age of the key', async () => {
  const world = await rotated();
  world.pass(DAY);

  const { metrics, messages } = await run(world);

  expect(metrics).toMatchObject({
    KeyCheckFailed: 0,
    KeysUnknownToDocumentEngine: 0,
    KeysNotRegisteredAgain: 0,
    ForeignKeyAtDocumentEngine: 0,
    SigningKeyAge: DAY,
  });
  expect(metrics).not.toHaveProperty('KeysRegisteredAgain');
  expect(messages).toEqual([]);
});

test('a lost key is counted, and so is the foreign key in its place', async () => {
  const world = await rotated();
  world.restartFromEnvironment();

  const { metrics, messages } = await run(world);

  expect(metrics).toMatchObject({
    KeyCheckFailed: 0,
    KeysUnknownToDocumentEngine: 1,
    KeysNotRegisteredAgain: 0,
    KeysRegisteredAgain: 1,
    ForeignKeyAtDocumentEngine: 1,
  });
  expect(messages).toEqual([
    'Document Engine had lost a key of this stage, and accepts it again',
    "Document Engine's current key is not this stage's",
  ]);
});

test('a withdrawn key that a delayed request has brought back is counted and named, and it verifies no more', async () => {
  const world = await rotated();
  const token = await world.process().mint();
  const item = world.table.stored(publishedKeyKey(token.kid));
  await rotateInEmergency({
    ...world.dependencies,
    replaceProcesses: () => Promise.resolve(),
    report: () => undefined,
  });
  await world.documentEngine.addSecret(
    String(item?.['publicKey']),
    expiryOfCheck(token.kid).notBefore(NOON + 90 * DAY),
  );
  expect(world.accepts(token)).toBe(true);

  const { metrics, messages } = await run(world);

  expect(metrics).toMatchObject({ KeyCheckFailed: 0, KeysEndedAgain: 1 });
  expect(messages).toEqual(['a key verified for longer than it may, after a delayed request, and was ended']);
  expect(world.accepts(token)).toBe(false);
});

test('a key that Document Engine fails to take is one that was not registered: the page goes out, as users are refused', async () => {
  const world = await rotated();
  world.restartFromEnvironment();
  world.calls.begin();
  world.calls.meanwhile = () => {
    if (world.calls.made.at(-1) === 'Document Engine: POST /api/secrets/jwt')
      throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  };

  const { metrics } = await run(world);

  expect(metrics).toMatchObject({
    KeyCheckFailed: 0,
    KeysUnknownToDocumentEngine: 1,
    KeysNotRegisteredAgain: 1,
  });
});

describe('does not reject, and writes no value of the keys,', () => {
  const NO_KEYS = expect.not.objectContaining({ KeysUnknownToDocumentEngine: expect.anything() });

  test('while a rotation runs: nor that the check failed', async () => {
    const world = await rotated();
    world.table.store(leaseItem('of a rotation', 'rotation', NOON + 60));

    const { metrics, messages } = await run(world);

    expect(metrics).toEqual(NO_KEYS);
    expect(metrics).not.toHaveProperty('KeyCheckFailed');
    expect(messages).toEqual(['the keys were not checked, because a rotation is under way']);
  });

  test('if Document Engine does not answer', async () => {
    const world = await rotated();
    const down = (call: string): void => {
      if (call.startsWith('Document Engine')) throw new DOMException('timeout', 'TimeoutError');
    };
    world.calls.begin();
    world.calls.meanwhile = () => {
      down(world.calls.made.at(-1) ?? '');
    };

    const { metrics } = await run(world);

    expect(metrics).toEqual(NO_KEYS);
    expect(metrics).toMatchObject({ KeyCheckFailed: 1, SigningKeyAge: 0 });
  });

  test('if its time is over, and it makes no call after that', async () => {
    const world = await rotated();
    world.calls.begin();
    world.calls.frozen = (call) => {
      if (call === 1) world.clock.advance(toMilliseconds(120));
    };

    const { metrics } = await run(world);

    expect(metrics).toMatchObject({ KeyCheckFailed: 1 });
    expect(world.calls.made).toHaveLength(2);
  });
});

test('before the first rotation, a key has no age', async () => {
  const world = await RotationWorld.create({ begins: 'none' });

  expect((await run(world)).metrics).not.toHaveProperty('SigningKeyAge');
});

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
