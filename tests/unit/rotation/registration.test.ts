import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DocumentEngineRefusalError } from '../../../lib/document-engine/index.ts';
import { generateSigningKey } from '../../../lib/rotation/index.ts';
import { KeyList } from '../../../lib/rotation/key-list.ts';
import { expiryOf, register } from '../../../lib/rotation/registration.ts';
import { spkiOf } from '../../../lib/signing-keys/index.ts';
import { RotationWorld, type WorldOptions } from '../../support/rotation/rotation-world.ts';
import { NOON } from '../../support/runtime/clock.ts';

const DAY = 86_400;

describe('the expiries of a rotation', () => {
  test('are at one second of the day, and the first is less than a day after the moment that is asked for', () => {
    for (const version of Array.from({ length: 50 }, () => randomUUID())) {
      const { notBefore, isOn } = expiryOf(version, 'new', []);
      const first = notBefore(NOON);

      expect(first).toBeGreaterThanOrEqual(NOON);
      expect(first).toBeLessThan(NOON + DAY);
      expect(notBefore(first)).toBe(first);
      expect(notBefore(first + 1)).toBe(first + DAY);
      expect([first, first + DAY, first + 1].map((expiresAt) => isOn({ id: 1, expiresAt }))).toEqual([
        true,
        true,
        false,
      ]);
    }
  });

  test('of its two keys never meet, on an entry of any age', () => {
    const version = randomUUID();
    const [forNew, forOld] = [expiryOf(version, 'new', []), expiryOf(version, 'old', [])];

    expect(Math.abs(forNew.notBefore(NOON) - forOld.notBefore(NOON))).toBe(DAY / 2);
    expect(forOld.isOn({ id: 1, expiresAt: forNew.notBefore(NOON) })).toBe(false);
  });

  test('are on no entry that was there before the rotation, and not on the current one', () => {
    const version = randomUUID();
    const { notBefore, isOn } = expiryOf(version, 'new', [7]);

    expect(isOn({ id: 7, expiresAt: notBefore(NOON) })).toBe(false);
    expect(isOn({ id: 8, expiresAt: notBefore(NOON) })).toBe(true);
    expect(isOn({ id: 8 })).toBe(false);
  });
});

/** A key to register for an hour at least and a day at most, the list, and the writes to it. */
async function registering(behaviour: WorldOptions['behaviour'] = {}) {
  const world = await RotationWorld.create({ behaviour });
  const publicKey = spkiOf((await generateSigningKey('ES256', world.clock)).pair.publicKey);
  const expiry = expiryOf(randomUUID(), 'new', []);
  world.calls.begin();
  return {
    world,
    publicKey,
    expiry,
    register: (atLeast = NOON + 3600) =>
      register(new KeyList(world.documentEngine), { publicKey, expiry, atLeast, until: NOON + DAY }),
    writes: () => world.calls.made.filter((call) => call.includes(' POST ')),
    others: () => world.entries().filter(({ expiresAt }) => expiresAt !== undefined),
  };
}

describe('registering a key', () => {
  test('adds an entry that lives at least as long as was asked', async () => {
    const { expiry, register, others } = await registering();

    expect(await register()).toEqual({ listed: true });

    expect(others()).toMatchObject([{ expiresAt: expiry.notBefore(NOON + DAY) }]);
  });

  test('again leaves an entry that lives long enough, without any write', async () => {
    const { register, writes, others } = await registering();
    await register();
    const before = others();

    expect(await register()).toEqual({ listed: true });

    expect(writes()).toHaveLength(1);
    expect(others()).toEqual(before);
  });

  test('again gives an entry that would end too early a later end, and adds none', async () => {
    const { world, publicKey, expiry, register, others } = await registering();
    await world.documentEngine.addSecret(publicKey, expiry.notBefore(NOON));

    expect(await register(expiry.notBefore(NOON) + 1)).toEqual({ listed: true });

    expect(others()).toMatchObject([{ expiresAt: expiry.notBefore(NOON + DAY) }]);
  });

  test('gives back the refusal of Document Engine, and does not claim an entry', async () => {
    const { world, publicKey, register } = await registering({ identicalKey: 'refused' });
    await world.documentEngine.rotateSecret(publicKey);

    expect(await register()).toEqual({ listed: false, refusal: expect.any(DocumentEngineRefusalError) });
  });

  test('does not claim an entry that Document Engine said it added and does not list', async () => {
    const { world, register } = await registering();
    world.documentEngine.addSecret = () => Promise.resolve();

    expect(await register()).toEqual({ listed: false });
  });

  test('does not claim an entry that still ends too early', async () => {
    const { world, publicKey, expiry, register } = await registering();
    await world.documentEngine.addSecret(publicKey, expiry.notBefore(NOON));
    world.documentEngine.changeExpiry = () => Promise.resolve();

    expect(await register(expiry.notBefore(NOON) + 1)).toEqual({ listed: false });
  });
});
