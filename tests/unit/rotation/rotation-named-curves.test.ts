import { expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ROTATION_STEPS } from '../../../lib/rotation/index.ts';
import {
  acceptSigningKey,
  parseSigningKeySecret,
  readPublishedKeys,
} from '../../../lib/signing-keys/index.ts';
import { ecPemOf } from '../../support/signing-keys/ec-numbers.ts';
import { ecPair, pkcs8, spki } from '../../support/signing-keys/keys.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

/** Records every public key that Document Engine receives. */
function received(world: RotationWorld): Set<string> {
  const keys = new Set<string>();
  const { documentEngine } = world;
  const [add, rotate] = [
    documentEngine.addSecret.bind(documentEngine),
    documentEngine.rotateSecret.bind(documentEngine),
  ];
  jest.spyOn(documentEngine, 'addSecret').mockImplementation((publicKey, expiresAt) => {
    keys.add(publicKey);
    return add(publicKey, expiresAt);
  });
  jest.spyOn(documentEngine, 'rotateSecret').mockImplementation((publicKey) => {
    keys.add(publicKey);
    return rotate(publicKey);
  });
  return keys;
}

test.each(['compressed', 'hybrid', 'uncompressed'] as const)(
  'A key with explicit curve parameters and a %s point is stored, published and registered with a named curve',
  async (form) => {
    const world = await RotationWorld.create();
    await world.process().mint();
    const pair = ecPair();
    const atDocumentEngine = received(world);
    const version = randomUUID();

    const given = await acceptSigningKey(ecPemOf('ES256', pair.privateKey, form, true), 'ES256');
    await world.rotation.createSecret(version, given);
    for (const step of ROTATION_STEPS.slice(1)) await world.rotation.run(step, version, 120);

    const stored: unknown = JSON.parse((await world.secret.read(version)) ?? '');
    expect(stored).toMatchObject({ privateKey: pkcs8(pair.privateKey), publicKey: spki(pair.publicKey) });
    expect(atDocumentEngine).toContain(spki(pair.publicKey));
    const published = (await readPublishedKeys(world.table)).map(({ publicKey }) => publicKey);
    expect(published).toContain(spki(pair.publicKey));
    // The former key is the only other one.
    expect([atDocumentEngine.size, published.length]).toEqual([2, 2]);
    expect((await world.process().mint()).kid).toBe(given.kid);
    expect(world.refusals).toEqual([]);
  },
);

test('A current key with explicit curve parameters is replaced, and registered with a named curve', async () => {
  const world = await RotationWorld.create();
  const former = (await world.secret.labels()).versionWith('AWSCURRENT') ?? '';
  const { privateKey, publicKey } = await parseSigningKeySecret(await world.secret.read(former), 'ES256');
  const version = randomUUID();
  await world.secret.write(version, ecPemOf('ES256', privateKey, 'compressed', true), 'AWSPENDING');
  await world.secret.makeCurrent(version, former);
  await world.secret.takeOff('AWSPENDING', version);
  const token = await world.process().mint();
  const atDocumentEngine = received(world);

  await world.rotate();

  expect(atDocumentEngine).toContain(spki(publicKey));
  expect(atDocumentEngine.size).toBe(2);
  expect(world.accepts(token)).toBe(true);
  expect(world.refusals).toEqual([]);
});
