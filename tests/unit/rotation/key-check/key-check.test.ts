import { describe, expect, test } from '@jest/globals';
import {
  checkKeys,
  permitReplacing,
  rotateInEmergency,
  RotationRefusedError,
  RotationUnderWayError,
} from '../../../../lib/rotation/index.ts';
import { DocumentEngineUnavailableError } from '../../../../lib/document-engine/index.ts';
import { DAY, MINUTE } from '../../../../lib/runtime/time.ts';
import { KEYS_PARTITION, leaseItem } from '../../../../lib/table/index.ts';
import { overlapOf } from '../../../../lib/signing-keys/index.ts';
import { some } from '../../../support/jest/suites.ts';
import { NOON } from '../../../support/runtime/clock.ts';
import { EVERY_LIST_BEHAVIOUR, nameOf } from '../../../support/document-engine/behaviours.ts';
import { RotationWorld, type WorldOptions } from '../../../support/rotation/rotation-world.ts';

/** A stage that has rotated twice. Document Engine's own key, from its environment, has never been this stage's. */
async function rotatedTwice(options: WorldOptions = {}) {
  const world = await RotationWorld.create({ begins: 'none', checked: 'first and last second', ...options });
  await world.rotate();
  const previous = await world.process().mint();
  await world.rotate();
  const current = await world.process().mint();
  return { world, previous, current };
}

const now = (world: RotationWorld): number => Math.floor(world.clock.now() / 1000);
const kids = (world: RotationWorld): string[] => world.entries().map(({ thumbprint }) => thumbprint);
const entryOf = (world: RotationWorld, kid: string) =>
  world.entries().find(({ thumbprint }) => thumbprint === kid);
const idsOf = (world: RotationWorld, kid: string): number[] => {
  const item = world.table.everything().find(({ pk, sk }) => pk === KEYS_PARTITION && sk === kid);
  return [...((item?.['entryIds'] as Set<number> | undefined) ?? [])];
};
const emergency = ({ dependencies }: RotationWorld): Promise<string> =>
  rotateInEmergency({ ...dependencies, replaceProcesses: () => Promise.resolve(), report: () => undefined });

test('if all is well, nothing is changed, neither at Document Engine nor in the table', async () => {
  const { world } = await rotatedTwice();
  const before = JSON.stringify([world.entries(), world.table.everything()]);
  world.calls.begin();

  expect(await checkKeys(world.dependencies)).toEqual({
    unknown: [],
    registeredAgain: [],
    notRegistered: [],
  });

  expect(JSON.stringify([world.entries(), world.table.everything()])).toBe(before);
  expect(world.calls.made.filter((call) => /Put|Update|Delete|POST \/api\/secrets/.test(call))).toEqual([]);
});

describe.each(some(EVERY_LIST_BEHAVIOUR, 4).map((behaviour) => [nameOf(behaviour), behaviour] as const))(
  'with a Document Engine of %s',
  (_name, behaviour) => {
    test('both keys are registered again after a restart put back the key of its environment, which stays its current one', async () => {
      const { world, previous, current } = await rotatedTwice({ behaviour });
      world.restartFromEnvironment();
      const [environment] = world.entries();
      expect([world.accepts(current), world.accepts(previous)]).toEqual([false, false]);

      const outcome = await checkKeys(world.dependencies);

      expect(outcome).toMatchObject({
        unknown: [current.kid, previous.kid],
        registeredAgain: [current.kid, previous.kid],
        notRegistered: [],
        foreign: expect.stringContaining('REPLACE_SECRETS_FROM_ENV=true'),
      });
      expect([world.accepts(current), world.accepts(previous)]).toEqual([true, true]);
      expect(world.entries()).toHaveLength(3);
      expect(world.entries()[0]).toEqual(environment);
      expect(entryOf(world, previous.kid)?.expiresAt).toBe(now(world) + overlapOf(world.longestLife));
      const ends = entryOf(world, current.kid)?.expiresAt ?? 0;
      const earliest = now(world) + world.interval + overlapOf(world.longestLife);
      expect(ends).toBeGreaterThanOrEqual(earliest);
      expect(ends).toBeLessThan(earliest + DAY);
    });
  },
);

test('a repeated check changes nothing more, and still reports the foreign key', async () => {
  const { world } = await rotatedTwice();
  world.restartFromEnvironment();
  await checkKeys(world.dependencies);
  const before = world.entries();

  const outcome = await checkKeys(world.dependencies);

  expect(outcome).toEqual({
    unknown: [],
    registeredAgain: [],
    notRegistered: [],
    foreign: expect.any(String),
  });
  expect(world.entries()).toEqual(before);
});

test('after the check, rotation still stops at the foreign key, and an operator can let it replace that key without a refused token', async () => {
  const { world, current } = await rotatedTwice();
  world.restartFromEnvironment();
  const [foreign] = world.entries();
  await checkKeys(world.dependencies);

  await expect(world.rotate()).rejects.toThrow('is not this stage');
  world.dropPending();
  world.pass(5 * MINUTE);
  expect(world.accepts(current)).toBe(true);
  await permitReplacing(world.dependencies, foreign?.id ?? 0);
  await world.rotate();

  const { kid } = await world.process().mint();
  expect(world.accepts(current)).toBe(true);
  world.pass(overlapOf(world.longestLife) + 1);
  expect(world.entries()).toEqual([{ id: expect.any(Number), thumbprint: kid, expiresAt: undefined }]);
  expect(world.refusals).toEqual([]);
});

test('the key of another stage, whose entry has the id of a former entry of this stage, is not taken for ours', async () => {
  const { world, current } = await rotatedTwice();
  world.restartFromEnvironment();
  const [foreign] = world.entries();
  const item = world.table.everything().find(({ state }) => state === 'previous');
  world.table.store({ ...item, pk: KEYS_PARTITION, sk: String(item?.sk), entryIds: new Set([foreign?.id]) });

  await checkKeys(world.dependencies);

  expect((await checkKeys(world.dependencies)).foreign).toContain(`id ${foreign?.id} of its list`);
  expect(idsOf(world, current.kid)).toEqual([entryOf(world, current.kid)?.id]);
});

test('a key that Document Engine keeps beside a foreign one is extended before it ends, so that no token is ever refused', async () => {
  const { world, current } = await rotatedTwice();
  world.restartFromEnvironment();
  await checkKeys(world.dependencies);

  world.pass(world.interval - DAY);
  for (let day = 0; day < 4; day += 1) {
    world.pass(DAY);
    await checkKeys(world.dependencies);
    const { kid } = await world.process().mint();
    expect(kid).toBe(current.kid);
  }

  expect(world.refusals).toEqual([]);
  expect(kids(world).filter((kid) => kid === current.kid)).toHaveLength(1);
});

describe('never registers', () => {
  test('a key that an emergency has withdrawn', async () => {
    const { world, current } = await rotatedTwice();
    const kid = await emergency(world);
    world.restartFromEnvironment();

    expect(await checkKeys(world.dependencies)).toMatchObject({ unknown: [kid], registeredAgain: [kid] });

    expect(kids(world)).not.toContain(current.kid);
  });

  test('a withdrawn key to which somebody has moved AWSCURRENT back', async () => {
    const { world, current } = await rotatedTwice();
    const version = (await world.secret.labels()).versionWith('AWSCURRENT') ?? '';
    await emergency(world);
    await world.secret.makeCurrent(version, (await world.secret.labels()).versionWith('AWSCURRENT') ?? '');
    world.restartFromEnvironment();

    expect(await checkKeys(world.dependencies)).toMatchObject({
      notRegistered: [{ kid: current.kid, reason: expect.stringContaining('It was discarded') }],
    });

    expect(kids(world)).not.toContain(current.kid);
  });

  test('a pending key', async () => {
    const { world, current } = await rotatedTwice();
    const version = world.beginRotation();
    await world.rotation.run('createSecret', version, 60);
    world.pass(DAY);
    world.restartFromEnvironment();

    expect((await checkKeys(world.dependencies)).registeredAgain).toEqual([current.kid]);

    expect(world.entries()).toHaveLength(2);
  });

  test('a replaced key whose tokens have all expired', async () => {
    const { world, previous, current } = await rotatedTwice();
    world.pass(overlapOf(world.longestLife));
    world.restartFromEnvironment();

    expect((await checkKeys(world.dependencies)).registeredAgain).toEqual([current.kid]);

    expect(kids(world)).not.toContain(previous.kid);
  });

  test('anything while an emergency is unfinished', async () => {
    const { world } = await rotatedTwice();
    world.table.store(leaseItem('emergency', 'emergency', NOON - 1));
    world.restartFromEnvironment();

    await expect(checkKeys(world.dependencies)).rejects.toThrow(RotationRefusedError);

    expect(world.entries()).toHaveLength(1);
  });

  test('anything while a rotation runs', async () => {
    const { world } = await rotatedTwice();
    const version = world.beginRotation();
    await world.rotation.run('createSecret', version, 60);
    world.restartFromEnvironment();

    await expect(checkKeys(world.dependencies)).rejects.toThrow(RotationUnderWayError);

    expect(world.entries()).toHaveLength(1);
  });

  test('anything at a Document Engine that takes its key from its environment', async () => {
    const { world, current } = await rotatedTwice();
    world.enableRotation(false);
    world.restartFromEnvironment();

    expect(await checkKeys(world.dependencies)).toMatchObject({
      unknown: [current.kid],
      registeredAgain: [],
      notRegistered: [{ kid: current.kid, reason: expect.stringContaining('JWT_PUBLIC_KEY') }],
    });

    expect(world.entries()).toHaveLength(1);
  });
});

test('a rotation that failed half-way keeps its checkpoint beside a check, and can be completed', async () => {
  const { world } = await rotatedTwice();
  const version = world.beginRotation();
  await world.rotation.run('createSecret', version, 60);
  await world.rotation.run('setSecret', version, 60);
  const checkpoint = world.table.everything().find(({ sk }) => sk === '#rotation');
  world.pass(DAY);
  const current = await world.process().mint();
  await checkKeys(world.dependencies);

  expect(world.table.everything().find(({ sk }) => sk === '#rotation')).toEqual(checkpoint);
  await world.rotation.run('testSecret', version, 60);
  await world.rotation.run('finishSecret', version, 60);
  expect(world.accepts(current)).toBe(true);
});

test('before the first rotation there is nothing to check', async () => {
  const world = await RotationWorld.create({ begins: 'none' });

  expect(await checkKeys(world.dependencies)).toEqual({
    unknown: [],
    registeredAgain: [],
    notRegistered: [],
  });
});

test('a Document Engine that does not answer is an error, and nothing is changed', async () => {
  const { world } = await rotatedTwice();
  world.restartFromEnvironment();
  const before = JSON.stringify(world.table.everything());
  world.calls.begin();
  world.calls.meanwhile = () => {
    if (world.calls.made.at(-1)?.startsWith('Document Engine') === true)
      throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  };

  await expect(checkKeys(world.dependencies)).rejects.toThrow(DocumentEngineUnavailableError);

  expect(JSON.stringify(world.table.everything())).toBe(before);
});
