import { describe, expect, test } from '@jest/globals';
import {
  generateSigningKey,
  permitReplacing,
  Rotation,
  rotateInEmergency,
  ROTATION_STEPS,
  RotationRefusedError,
} from '../../../../lib/rotation/index.ts';
import { DAY, toMilliseconds } from '../../../../lib/runtime/time.ts';
import { spkiOf, readPublishedKeys } from '../../../../lib/signing-keys/index.ts';
import { LEASE_KEY, REPLACEABLE_ENTRY_KEY } from '../../../../lib/table/index.ts';
import { EVERY_LIST_BEHAVIOUR, nameOf } from '../../../support/document-engine/behaviours.ts';
import { some } from '../../../support/jest/suites.ts';
import { RotationWorld, type Entry, type WorldOptions } from '../../../support/rotation/rotation-world.ts';

const currentOf = (world: RotationWorld): Entry => {
  const current = world.entries().find(({ expiresAt }) => expiresAt === undefined);
  if (current === undefined) throw new TypeError('Document Engine has a current key');
  return current;
};

/** Everything that a rotation could change, except the version that Secrets Manager itself has labelled. */
const stateOf = (world: RotationWorld) => ({
  entries: world.entries(),
  items: world.table.everything().filter(({ sk }) => sk !== LEASE_KEY.sk),
});

/** Runs a rotation that must stop. @returns the reason */
async function stopped(world: RotationWorld): Promise<string> {
  const before = stateOf(world);
  const version = world.beginRotation();
  const error: unknown = await world.rotate(version).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RotationRefusedError);
  expect(stateOf(world)).toEqual(before);
  expect(await world.secret.read(version)).toBeUndefined();
  return String(error);
}

/**
 * Two stages on one Document Engine: the second has made its first key current there. Its tokens live for an hour, and those of the
 * first for a day: keys that were shortened to the overlap of the second would end too early.
 */
async function twoStages(options: WorldOptions = {}) {
  const first = await RotationWorld.create({
    checked: 'first and last second',
    longestLife: 86_400,
    ...options,
  });
  await first.rotate();
  await first.process().mint();
  const ofFirst = first.entries().filter(({ expiresAt }) => expiresAt !== undefined);
  const second = await RotationWorld.create({ ...options, begins: 'none', beside: first });
  await second.rotate();
  await second.process().mint();
  return { first, second, ofFirst };
}

describe('rotation is stopped by the current key of another stage', () => {
  test.each(some(EVERY_LIST_BEHAVIOUR, 4).map((behaviour) => [nameOf(behaviour), behaviour] as const))(
    "and neither ends the other's keys, at a Document Engine of %s",
    async (_name, behaviour) => {
      const { first, second, ofFirst } = await twoStages({ behaviour });

      const reason = await stopped(first);

      expect(reason).toMatch(/id \d+ of its list\) is not this stage's/);
      expect(reason).toContain(`rotate --replace-entry ${currentOf(first).id}`);
      await second.rotate();
      expect(ofFirst).not.toEqual([]);
      expect(second.entries()).toEqual(expect.arrayContaining(ofFirst));
    },
  );

  test('which names the other stage, if Document Engine still accepts tokens of the first', async () => {
    const { first } = await twoStages({ behaviour: { formerCurrent: { keptForSeconds: 30 * 86_400 } } });

    expect(await stopped(first)).toMatch(/another stage or a backend has put its own key there/);
  });

  test('also if the other stage rotates between setSecret and finishSecret', async () => {
    const first = await RotationWorld.create({ checked: 'first and last second' });
    const second = await RotationWorld.create({ begins: 'none', beside: first });
    const version = first.beginRotation();
    for (const step of ROTATION_STEPS.slice(0, 3)) await first.rotation.run(step, version, 60);
    await second.rotate();
    const before = first.entries();

    await expect(first.rotation.run('finishSecret', version, 60)).rejects.toThrow(/is not this stage's/);

    expect(first.entries()).toEqual(before);
    expect(first.labels(version)).toEqual(['AWSPENDING']);
  });

  test('also if the other stage rotates after a crash right before Document Engine was rotated', async () => {
    const first = await RotationWorld.create({ checked: 'first and last second' });
    const second = await RotationWorld.create({ begins: 'none', beside: first });
    const version = first.beginRotation();
    for (const step of ROTATION_STEPS.slice(0, 3)) await first.rotation.run(step, version, 60);
    const rotateSecret = first.documentEngine.rotateSecret.bind(first.documentEngine);
    first.documentEngine.rotateSecret = () => Promise.reject(new Error('killed'));
    await expect(first.rotation.run('finishSecret', version, 60)).rejects.toThrow('killed');
    first.documentEngine.rotateSecret = rotateSecret;
    await second.rotate();
    const theirs = currentOf(second);

    await expect(first.rotation.run('finishSecret', version, 60)).rejects.toThrow(/is not this stage's/);

    expect(currentOf(first)).toEqual(theirs);
    expect(first.labels(version)).toEqual(['AWSPENDING']);
    await permitReplacing(first, theirs.id);
    for (const step of ROTATION_STEPS) await first.rotation.run(step, version, 60);
    expect(first.labels(version)).toContain('AWSCURRENT');
  });
});

describe('the first rotation of a second stage', () => {
  test('is stopped if the stage does not say whose key Document Engine has, and the message says how to', async () => {
    const first = await RotationWorld.create();
    await first.rotate();
    const second = await RotationWorld.create({ begins: 'none', beside: first });
    const { predecessor: _unsaid, ...dependencies } = second.dependencies;
    const before = stateOf(second);
    const version = second.beginRotation();

    const rotation = new Rotation(dependencies).run('createSecret', version, 60);

    await expect(rotation).rejects.toThrow(/does not say whose that is.*"predecessorPublicKey".*or to none/);
    expect(stateOf(second)).toEqual(before);
    expect(await second.secret.read(version)).toBeUndefined();
  });

  test('is stopped if the key changes between its steps, even though the stage has said none', async () => {
    const first = await RotationWorld.create();
    await first.rotate();
    const second = await RotationWorld.create({ begins: 'none', beside: first });
    const version = second.beginRotation();
    for (const step of ROTATION_STEPS.slice(0, 3)) await second.rotation.run(step, version, 60);
    await first.rotate();
    const theirs = currentOf(first);

    await expect(second.rotation.run('finishSecret', version, 60)).rejects.toThrow(/is not this stage's/);

    expect(currentOf(first)).toEqual(theirs);
  });
});

describe('a restart that puts back the key from the environment', () => {
  /** A stage without tokens in use, since the restart ends them all. */
  async function restarted() {
    const world = await RotationWorld.create({ begins: 'none' });
    await world.rotate();
    world.restartFromEnvironment();
    return world;
  }

  test('stops rotation, which says so and changes nothing', async () => {
    const world = await restarted();

    const reason = await stopped(world);

    expect(reason).toMatch(/REPLACE_SECRETS_FROM_ENV=true has put back the key from its environment/);
    expect(reason).toContain(`rotate --replace-entry ${currentOf(world).id}`);
  });

  test('does not stop the one rotation for which an operator has named that entry', async () => {
    const world = await restarted();
    await permitReplacing(world, currentOf(world).id);

    await world.rotate();

    expect((await world.process().mint()).kid).toBe(currentOf(world).thumbprint);
    expect(world.table.stored(REPLACEABLE_ENTRY_KEY)).toBeUndefined();
    world.restartFromEnvironment();
    await stopped(world);
  });

  test('still stops rotation if an operator has named another entry', async () => {
    const world = await restarted();
    await permitReplacing(world, currentOf(world).id + 1);

    await stopped(world);
  });

  test('stops rotation again a day after an operator has named that entry, if none was complete', async () => {
    const world = await restarted();
    await permitReplacing(world, currentOf(world).id);
    world.clock.advance(toMilliseconds(DAY));

    await stopped(world);
  });

  test('does not stop rotation if that key is the one that signs', async () => {
    const world = await RotationWorld.create();
    await world.process().mint();
    world.restartFromEnvironment();

    await world.rotate();

    expect(world.refusals).toEqual([]);
  });
});

describe('a table of version 0.1.0, without ids,', () => {
  /** Forgets everything that version 0.1.0 did not record. */
  function downgrade(world: RotationWorld): void {
    for (const { entryIds: _ids, currentIsOwn: _own, ...item } of world.table.everything())
      world.table.store(item);
  }

  test.each(some(EVERY_LIST_BEHAVIOUR, 4).map((behaviour) => [nameOf(behaviour), behaviour] as const))(
    'lets a live stage rotate after the upgrade, also right after its last rotation, at a Document Engine of %s',
    async (_name, behaviour) => {
      const world = await RotationWorld.create({
        behaviour: { ...behaviour, formerCurrent: 'expired' },
        checked: 'first and last second',
      });
      await world.process().mint();
      await world.rotate();
      await world.process().mint();
      downgrade(world);

      await world.rotate();

      const current = currentOf(world);
      expect((await world.process().mint()).kid).toBe(current.thumbprint);
      expect(
        (await readPublishedKeys(world.table)).find(({ entryIds }) => entryIds?.has(current.id))?.kid,
      ).toBe(current.thumbprint);
    },
  );

  test('lets a rotation finish that was interrupted at any step before the upgrade', async () => {
    for (const [index] of ROTATION_STEPS.entries()) {
      const world = await RotationWorld.create();
      await world.process().mint();
      const version = world.beginRotation();
      for (const step of ROTATION_STEPS.slice(0, index)) await world.rotation.run(step, version, 60);
      downgrade(world);

      await world.rotate(version);

      expect(world.labels(version)).toContain('AWSCURRENT');
      expect(world.refusals).toEqual([]);
    }
  });

  test('stops rotation if the key that signs could be in another entry than the current one', async () => {
    const world = await RotationWorld.create({ checked: 'first and last second' });
    await world.process().mint();
    await world.rotate();
    const { pair } = await generateSigningKey('ES256', world.clock);
    await world.documentEngine.addSecret(spkiOf(pair.publicKey), world.clock.now() / 1000 + 86_400);
    downgrade(world);

    expect(await stopped(world)).toMatch(/version 0\.1\.0 recorded no ids/);
  });
});

test('a crash between adding a key and recording its entry leaves no second entry, and the repeat records it', async () => {
  const world = await RotationWorld.create();
  await world.process().mint();
  const version = world.beginRotation();
  await world.rotation.run('createSecret', version, 60);
  const addSecret = world.documentEngine.addSecret.bind(world.documentEngine);
  world.documentEngine.addSecret = async (...entry) => {
    await addSecret(...entry);
    throw new Error('killed');
  };
  await expect(world.rotation.run('setSecret', version, 60)).rejects.toThrow('killed');
  world.documentEngine.addSecret = addSecret;

  await world.rotation.run('setSecret', version, 60);

  const [added, ...more] = world.entries().filter(({ expiresAt }) => expiresAt !== undefined);
  expect(more).toEqual([]);
  const recorded = (await readPublishedKeys(world.table)).find(({ state }) => state === 'pending');
  expect([recorded?.kid, ...(recorded?.entryIds ?? [])]).toEqual([added?.thumbprint, added?.id]);
});

test('a crash between rotating Document Engine and recording that is noticed by the repeat, which does not rotate again', async () => {
  const world = await RotationWorld.create();
  await world.process().mint();
  const version = world.beginRotation();
  for (const step of ROTATION_STEPS.slice(0, 3)) await world.rotation.run(step, version, 60);
  const rotateSecret = world.documentEngine.rotateSecret.bind(world.documentEngine);
  let rotations = 0;
  world.documentEngine.rotateSecret = async (key) => {
    rotations += 1;
    await rotateSecret(key);
    throw new Error('killed');
  };
  await expect(world.rotation.run('finishSecret', version, 60)).rejects.toThrow('killed');

  await world.rotation.run('finishSecret', version, 60);
  world.documentEngine.rotateSecret = rotateSecret;

  const { id, thumbprint } = currentOf(world);
  const recorded = (await readPublishedKeys(world.table)).find(({ entryIds }) => entryIds?.has(id));
  expect([rotations, recorded?.kid, world.labels(version)]).toEqual([
    1,
    thumbprint,
    ['AWSCURRENT', 'AWSPENDING'],
  ]);
  await world.rotate();
  expect(world.refusals).toEqual([]);
});

test('an emergency replaces the current key of another stage, and the next rotation knows its own entry', async () => {
  const { first } = await twoStages();

  const kid = await rotateInEmergency({
    ...first.dependencies,
    replaceProcesses: () => Promise.resolve(),
    report: () => undefined,
  });

  expect(first.entries()).toEqual([expect.objectContaining({ thumbprint: kid })]);
  const recorded = (await readPublishedKeys(first.table)).find((key) => key.kid === kid);
  expect(recorded?.entryIds).toEqual(new Set([currentOf(first).id]));
  await first.rotate();
});
