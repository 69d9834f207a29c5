import { describe, expect, test } from '@jest/globals';
import { DocumentEngineRefusalError } from '../../../../lib/document-engine/index.ts';
import { generateSigningKey, pendingPair } from '../../../../lib/rotation/index.ts';
import { expiryOf } from '../../../../lib/rotation/registration.ts';
import { overlapOf, readPublishedKeys, spkiOf } from '../../../../lib/signing-keys/index.ts';
import { RotationWorld, type WorldOptions } from '../../../support/rotation/rotation-world.ts';

/** A world with a pending key that is not registered yet. */
async function pending(options: WorldOptions = {}) {
  const world = await RotationWorld.create(options);
  await world.process().mint();
  const version = world.beginRotation();
  await world.rotation.run('createSecret', version, 60);
  return { world, version, pair: await pendingPair(world.secret, version, 'ES256') };
}

test("a foreign key's entry with the very expiry that the rotation would give is not mistaken for its own", async () => {
  const world = await RotationWorld.create();
  await world.rotate();
  const version = world.beginRotation();
  await world.rotation.run('createSecret', version, 60);
  const pair = await pendingPair(world.secret, version, 'ES256');
  const foreign = spkiOf((await generateSigningKey('ES256', world.clock)).pair.publicKey);
  const now = world.clock.now() / 1000;
  const until = now + world.interval + overlapOf(world.longestLife);
  await world.documentEngine.addSecret(foreign, expiryOf(version, 'new', []).notBefore(until));

  await world.rotation.run('setSecret', version, 60);

  expect(world.entries()).toHaveLength(4);
  expect(world.entries().map(({ thumbprint }) => thumbprint)).toContain(pair.kid);
});

test('the time at which the key was made is published with it, and a repetition much later does not change it', async () => {
  const { world, version, pair } = await pending();
  const madeAt = world.clock.now() / 1000;
  world.pass(60);
  await world.rotation.run('setSecret', version, 60);
  world.pass(3600);
  await world.rotation.run('setSecret', version, 60);

  const published = (await readPublishedKeys(world.table)).find(({ kid }) => kid === pair.kid);
  expect(published?.createdAt).toBe(madeAt);
});

test('a step that is repeated just before the entry expires extends it', async () => {
  const { world, version } = await pending();
  await world.rotation.run('setSecret', version, 60);
  const ownEntry = () => world.entries().find(({ expiresAt }) => expiresAt !== undefined);
  const now = (): number => world.clock.now() / 1000;
  world.pass((ownEntry()?.expiresAt ?? 0) - 60 - now());

  await world.rotation.run('setSecret', version, 60);

  expect(world.entries()).toHaveLength(2);
  expect(ownEntry()?.expiresAt).toBeGreaterThanOrEqual(now() + world.interval + overlapOf(world.longestLife));
});

describe('a Document Engine that refuses the pending key', () => {
  test('lets the step succeed if it accepts the key already, for instance after a crash right after `rotate`', async () => {
    const { world, version, pair } = await pending({ behaviour: { identicalKey: 'refused' } });
    await world.rotation.run('setSecret', version, 60);
    const rotateSecret = world.documentEngine.rotateSecret.bind(world.documentEngine);
    world.documentEngine.rotateSecret = async (key) => {
      await rotateSecret(key);
      throw new Error('killed');
    };
    await expect(world.rotation.run('finishSecret', version, 60)).rejects.toThrow('killed');

    await world.rotation.run('setSecret', version, 60);

    expect(world.entries().find(({ expiresAt }) => expiresAt === undefined)?.thumbprint).toBe(pair.kid);
    expect(world.published()[pair.kid]).toBe('pending');
  });

  test('fails the step with its refusal if it does not accept the key, which is not published', async () => {
    const { world, version, pair } = await pending();
    const refusal = new DocumentEngineRefusalError('POST /api/secrets/jwt', 400);
    world.documentEngine.addSecret = () => Promise.reject(refusal);

    await expect(world.rotation.run('setSecret', version, 60)).rejects.toBe(refusal);

    expect(world.published()[pair.kid]).toBeUndefined();
  });

  test('lets the step succeed if it has added the key before', async () => {
    const { world, version, pair } = await pending();
    const addSecret = world.documentEngine.addSecret.bind(world.documentEngine);
    world.documentEngine.addSecret = async (...entry) => {
      await addSecret(...entry);
      throw new DocumentEngineRefusalError('POST /api/secrets/jwt', 400);
    };

    await world.rotation.run('setSecret', version, 60);

    expect(world.published()[pair.kid]).toBe('pending');
  });
});
