import { describe, expect, test } from '@jest/globals';
import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto';
import {
  dropUnusablePending,
  generateSigningKey,
  ROTATION_STEPS,
  RotationRefusedError,
  RotationUnderWayError,
  waitingVersion,
  writePending,
} from '../../../lib/rotation/index.ts';
import { Lease } from '../../../lib/rotation/lease/lease.ts';
import { Deadline } from '../../../lib/runtime/deadline.ts';
import { MINUTE, toMilliseconds } from '../../../lib/runtime/time.ts';
import { UnusableSigningKeyError, type KeyPair } from '../../../lib/signing-keys/index.ts';
import { ecPem } from '../../support/signing-keys/ec-numbers.ts';
import { ecPair, pkcs8 } from '../../support/signing-keys/keys.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

const KNOWN_TO_ALL = ecPem('ES256', { scalar: 1n });

const UNUSABLE = [
  ['a key that everybody can know', KNOWN_TO_ALL, /between 2 and n−2/],
  ['no key yet', '{"state": "none"}', /holds \{"state": "none"\}/],
  ['no key at all', 'correct horse battery staple', /PEM/],
  [
    'a key for another algorithm',
    pkcs8(ecPair('secp521r1').privateKey),
    /P-256, and this one is on secp521r1/,
  ],
] as const;

/** A world that has signed, with a version that waits. */
async function waiting(text?: string) {
  const world = await RotationWorld.create({ checked: 'first and last second' });
  const token = await world.process().mint();
  const version = world.beginRotation();
  if (text !== undefined) await world.secret.write(version, text, 'AWSPENDING');
  return { world, token, version };
}

/** Everything that a rotation can change. */
const stateOf = (world: RotationWorld, version: string) => ({
  table: world.table.everything(),
  entries: world.entries(),
  labels: world.labels(version),
});

describe.each(UNUSABLE)('A version that waits with %s', (_, text, fault) => {
  test('is found with its fault, and dropped; the next rotation makes a key, and no token is refused', async () => {
    const { world, token, version } = await waiting(text);

    expect(await waitingVersion(world.dependencies)).toEqual({
      version,
      hasValue: true,
      fault: expect.stringMatching(fault),
    });
    expect(await dropUnusablePending(world.dependencies, false)).toEqual({
      version,
      fault: expect.stringMatching(fault),
    });

    expect(world.labels(version)).toEqual([]);
    await world.rotate();
    expect((await world.process().mint()).kid).not.toBe(token.kid);
    expect(world.accepts(token)).toBe(true);
    expect(world.refusals).toEqual([]);
  });

  test('changes nothing in any step, not even the lease, and the message names version and cure', async () => {
    const { world, version } = await waiting(text);
    const before = stateOf(world, version);

    for (const step of ROTATION_STEPS) {
      const run = world.rotation.run(step, version, 120);

      await expect(run).rejects.toThrow(RotationRefusedError);
      await expect(run).rejects.toThrow(
        new RegExp(`version ${version} of the secret.*\`npm run keys -- rotate\` drops it`),
      );
      expect([step, stateOf(world, version)]).toEqual([step, before]);
    }
  });
});

describe('A version that waits without a value', () => {
  test('is left to the rotation that has begun, unless it is to make room', async () => {
    const { world, version } = await waiting();

    expect(await dropUnusablePending(world.dependencies, false)).toBeUndefined();
    expect(world.labels(version)).toEqual(['AWSPENDING']);
    expect(await dropUnusablePending(world.dependencies, true)).toEqual({
      version,
      fault: 'It has no value',
    });
    expect(world.labels(version)).toEqual([]);
  });

  test('is not dropped while a step may be about to write the value, but once the time of that step is over', async () => {
    const { world, version } = await waiting();
    const step = Deadline.after(world.clock, toMilliseconds(2 * MINUTE));
    await Lease.take(world.table, world.clock, version, step);

    await expect(dropUnusablePending(world.dependencies, true)).rejects.toThrow(RotationUnderWayError);
    expect(world.labels(version)).toEqual(['AWSPENDING']);

    world.pass(3 * MINUTE);
    expect(await dropUnusablePending(world.dependencies, true)).toMatchObject({ version });
  });
});

test('A version with a usable key is not dropped, and neither is the current one', async () => {
  const { world, version } = await waiting();
  await world.rotation.run('createSecret', version, 120);

  expect(await waitingVersion(world.dependencies)).toEqual({ version, hasValue: true });
  expect(await dropUnusablePending(world.dependencies, true)).toBeUndefined();

  await world.rotate(version);
  expect(world.labels(version)).toEqual(['AWSCURRENT', 'AWSPENDING']);
  expect(await waitingVersion(world.dependencies)).toBeUndefined();
  expect(await dropUnusablePending(world.dependencies, true)).toBeUndefined();
});

describe('A key that must not sign is not stored:', () => {
  const privateKey = createPrivateKey(KNOWN_TO_ALL);
  const pair: KeyPair = { kid: 'k', alg: 'ES256', privateKey, publicKey: createPublicKey(privateKey) };

  test('a rotation to it changes nothing, and the next one runs at once', async () => {
    const { world } = await waiting();
    world.dropPending();
    const version = randomUUID();
    const before = stateOf(world, version);

    await expect(world.rotation.createSecret(version, pair)).rejects.toThrow(UnusableSigningKeyError);

    expect(stateOf(world, version)).toEqual(before);
    expect((await world.secret.labels()).knows(version)).toBe(false);
    await world.rotate();
    expect(world.refusals).toEqual([]);
  });

  test('its text is judged before it is written', async () => {
    const { world } = await waiting();
    world.dropPending();
    const version = randomUUID();

    await expect(writePending(world.secret, version, KNOWN_TO_ALL, 'ES256')).rejects.toThrow(
      /between 2 and n−2/,
    );
    expect((await world.secret.labels()).knows(version)).toBe(false);

    const { secretString } = await generateSigningKey('ES256', world.clock);
    await writePending(world.secret, version, secretString, 'ES256');
    expect(await world.secret.read(version)).toBe(secretString);
  });
});
