import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DocumentEngineUnexpectedError, RotationUnderWayError } from '../../../../lib/rotation/index.ts';
import { LEASE_KEY } from '../../../../lib/table/index.ts';
import { RotationWorld } from '../../../support/rotation/rotation-world.ts';

const current = async ({ secret }: RotationWorld): Promise<string> =>
  (await secret.labels()).versionWith('AWSCURRENT') ?? '';

describe("Secrets Manager's test of the function, which is testSecret alone", () => {
  const without = async (): Promise<RotationWorld> => RotationWorld.create({ begins: 'none' });
  const withKey = async (): Promise<RotationWorld> => RotationWorld.create();

  test.each<[string, () => Promise<RotationWorld>, (world: RotationWorld) => string | Promise<string>]>([
    ['a pending version without a value', withKey, (world) => world.beginRotation()],
    ['a pending version without a value, before the first key', without, (world) => world.beginRotation()],
    [
      'a pending copy of the current version',
      withKey,
      async (world) => {
        const version = world.beginRotation();
        const value = (await world.secret.read(await current(world))) ?? '';
        await world.secret.write(version, value, 'AWSPENDING');
        return version;
      },
    ],
    ['the current version', withKey, current],
    ['a version that is not labelled', withKey, () => randomUUID()],
    [
      'a version of a secret that has no rotation yet',
      withKey,
      (world) => {
        world.enableRotation(false);
        return world.beginRotation();
      },
    ],
  ])('succeeds on %s, and neither writes nor takes a turn', async (_, create, versionOf) => {
    const world = await create();
    const version = await versionOf(world);
    const former = await current(world);
    world.calls.begin();

    await world.rotation.run('testSecret', version, 60);

    expect(world.calls.made.filter((call) => !/^Secrets Manager: (?:Describe|Get)/.test(call))).toEqual([]);
    expect(world.table.stored(LEASE_KEY)).toBeUndefined();
    expect(await current(world)).toBe(former);
  });

  test('does not disturb a rotation, and is followed by one at once', async () => {
    const world = await RotationWorld.create();
    await world.rotation.run('testSecret', world.beginRotation(), 3600);
    world.dropPending();

    const version = await world.rotate();

    expect(world.labels(version)).toContain('AWSCURRENT');
  });

  test('is not taken for the step of a rotation, which still needs the lease and an accepted key', async () => {
    const world = await RotationWorld.create();
    const version = world.beginRotation();
    await world.rotation.run('createSecret', version, 60);

    await expect(world.rotation.run('testSecret', version, 60)).rejects.toThrow(
      DocumentEngineUnexpectedError,
    );

    expect(world.table.stored(LEASE_KEY)).toMatchObject({ version });
    world.dropPending();
    const another = world.beginRotation();
    await expect(world.rotation.run('createSecret', another, 60)).rejects.toThrow(RotationUnderWayError);
  });
});
