import { describe, expect, test } from '@jest/globals';
import { secondsOf } from '../../../lib/runtime/clock.ts';
import { DAY, HOUR, toMilliseconds } from '../../../lib/runtime/time.ts';
import { generateSigningKey, permitReplacing, RotationRefusedError } from '../../../lib/rotation/index.ts';
import { changePublishedKey, readPublishedKeys, spkiOf } from '../../../lib/signing-keys/index.ts';
import { LEASE_KEY } from '../../../lib/table/index.ts';
import { EVERY_LIST_BEHAVIOUR, nameOf } from '../../support/document-engine/behaviours.ts';
import { RotationWorld, type Entry } from '../../support/rotation/rotation-world.ts';

const currentOf = (world: RotationWorld): Entry => {
  const current = world.entries().find(({ expiresAt }) => expiresAt === undefined);
  if (current === undefined) throw new TypeError('Document Engine has a current key');
  return current;
};

/** Records an id with a key that was replaced: a new database of Document Engine gives the id to another key. */
async function recordWithReplacedKey(world: RotationWorld, id: number): Promise<void> {
  const replaced = (await readPublishedKeys(world.table)).find(({ state }) => state === 'previous');
  if (replaced === undefined) throw new TypeError('a key was replaced');
  await changePublishedKey(
    world.table,
    replaced.kid,
    (key) => key && { ...key, entryIds: new Set([...(key.entryIds ?? []), id]) },
  );
}

/** A stage that has replaced a key, at a Document Engine with a new database and a key of somebody else. */
async function newDatabase(): Promise<RotationWorld> {
  const world = await RotationWorld.create({ begins: 'none' });
  await world.rotate();
  await world.rotate();
  world.restartFromEnvironment();
  return world;
}

describe('a new database of Document Engine, which counts its ids from the beginning,', () => {
  test('does not make the key of somebody else pass for a replaced key of the stage', async () => {
    const world = await newDatabase();
    await recordWithReplacedKey(world, currentOf(world).id);
    const before = world.entries();

    await expect(world.rotate()).rejects.toThrow(RotationRefusedError);

    expect(world.entries()).toEqual(before);
  });

  test('does not make the key of somebody else pass for the one that an abandoned rotation found', async () => {
    const world = await newDatabase();
    await permitReplacing(world, currentOf(world).id);
    await world.rotate();
    const version = world.beginRotation();
    for (const step of ['createSecret', 'setSecret'] as const) await world.rotation.run(step, version, 60);
    world.dropPending();
    world.restartFromEnvironment();
    const { id } = currentOf(world);
    world.table.store({ ...LEASE_KEY, ...world.table.stored(LEASE_KEY), current: id });
    world.clock.advance(toMilliseconds(HOUR));

    await expect(world.rotate()).rejects.toThrow(RotationRefusedError);

    expect(currentOf(world).id).toBe(id);
  });

  test('does not let rotation end the entry of somebody else with an id that the stage had', async () => {
    const world = await newDatabase();
    const { pair } = await generateSigningKey('ES256', world.clock);
    const until = secondsOf(world.clock) + 300 * DAY;
    await world.documentEngine.addSecret(spkiOf(pair.publicKey), until);
    const theirs = world.entries().find(({ thumbprint }) => thumbprint === pair.kid);
    await recordWithReplacedKey(world, theirs?.id ?? 0);
    await permitReplacing(world, currentOf(world).id);

    await world.rotate();

    expect(world.entries()).toContainEqual(theirs);
  });
});

describe('a rotation that an operator lets replace the key of another stage', () => {
  test.each(EVERY_LIST_BEHAVIOUR.map((behaviour) => [nameOf(behaviour), behaviour] as const))(
    'neither extends nor ends that key, and ends no token of its own, at a Document Engine of %s',
    async (_name, behaviour) => {
      const options = { behaviour, checked: 'first and last second' } as const;
      const first = await RotationWorld.create({ ...options, longestLife: DAY });
      await first.rotate();
      const process = first.process();
      await process.mint();
      const second = await RotationWorld.create({ ...options, begins: 'none', beside: first });
      await second.rotate();
      const { id } = currentOf(second);
      await permitReplacing(first, id);

      await first.rotate();

      const { formerCurrent } = behaviour;
      const end =
        typeof formerCurrent === 'string'
          ? []
          : [{ expiresAt: secondsOf(first.clock) + formerCurrent.keptForSeconds }];
      expect(first.entries().filter((entry) => entry.id === id)).toMatchObject(end);
      first.pass(2 * DAY);
      expect(first.refusals).toEqual([]);
    },
  );
});
