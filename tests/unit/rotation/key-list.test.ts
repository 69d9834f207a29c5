import { expect, test } from '@jest/globals';
import {
  DocumentEngineRefusalError,
  DocumentEngineUnavailableError,
} from '../../../lib/document-engine/index.ts';
import { generateSigningKey } from '../../../lib/rotation/index.ts';
import { KeyList } from '../../../lib/rotation/key-list.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { spkiOf } from '../../../lib/signing-keys/index.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';
import { NOON } from '../../support/runtime/clock.ts';

/** The list of a Document Engine with a current key and one other. `reads` counts how often it was read. */
async function listed() {
  const world = await RotationWorld.create({ behaviour: { identicalKey: 'refused' } });
  const pem = spkiOf((await generateSigningKey('ES256', world.clock)).pair.publicKey);
  await world.documentEngine.addSecret(pem, NOON + 3600);
  world.calls.begin();
  const reads = (): number => world.calls.made.filter((call) => call.includes(' GET ')).length;
  return { world, keys: new KeyList(world.documentEngine), pem, reads };
}

test('The list is read once', async () => {
  const { keys, reads } = await listed();

  expect(await keys.entries()).toHaveLength(2);
  expect(await keys.others()).toMatchObject([{ expiresAt: NOON + 3600 }]);
  await keys.shorten(() => NOON + 3600);

  expect(reads()).toBe(1);
});

test('It is read again after each kind of write, a refused one included', async () => {
  const { keys, pem, reads } = await listed();
  const other = spkiOf((await generateSigningKey('ES256', systemClock)).pair.publicKey);
  const writes: (() => Promise<unknown>)[] = [
    () => keys.add(other, NOON + 60),
    () => keys.changeExpiry(2, NOON + 60),
    () => keys.add(pem, NOON + 60),
    () => keys.rotate(other),
  ];
  await keys.entries();
  for (const [number, write] of writes.entries()) {
    const refusal = await write();
    expect(refusal instanceof DocumentEngineRefusalError).toBe(number === 2);
    await keys.entries();
    await keys.entries();
    expect(reads()).toBe(number + 2);
  }
});

test('It is read again after a write with a lost answer', async () => {
  const { world, keys, reads } = await listed();
  await keys.entries();
  world.calls.begin(0, 'down after');

  await expect(keys.changeExpiry(2, NOON + 60)).rejects.toThrow();
  world.calls.begin();

  expect(await keys.others()).toMatchObject([{ expiresAt: NOON + 60 }]);
  expect(reads()).toBe(1);
});

test('A refusal with 400 or 404 is returned, and any other failure is thrown', async () => {
  const { world, keys, pem } = await listed();
  const refusal = (status: number): Error => new DocumentEngineRefusalError('POST /api/secrets/jwt', status);
  const add = (failure: Error): Promise<unknown> => {
    world.documentEngine.addSecret = () => Promise.reject(failure);
    return keys.add(pem, NOON + 60);
  };

  for (const status of [400, 404]) expect(await add(refusal(status))).toEqual(refusal(status));
  for (const failure of [
    refusal(401),
    refusal(403),
    refusal(409),
    Object.assign(new TypeError(), { status: 400 }),
  ]) {
    await expect(add(failure)).rejects.toBe(failure);
  }
});

test.each([
  ['fails', 'once more if Document Engine fails without any effect', 2],
  ['answer lost', 'not again if only the answer was lost, as the list shows', 1],
] as const)('Document Engine is asked to rotate (%s): %s', async (fault, _again, times) => {
  const { world, keys, pem } = await listed();
  await keys.entries();
  world.calls.begin(0, fault);

  await keys.rotate(pem);

  expect(world.calls.made.filter((call) => call.endsWith('/rotate'))).toHaveLength(times);
  expect((await keys.current())?.id).toBe(2);
});

test('A rotation that fails three times is thrown', async () => {
  const { world, keys, pem } = await listed();
  const failure = new DocumentEngineUnavailableError('POST /api/secrets/jwt/rotate', 'it answered 500');
  let times = 0;
  world.documentEngine.rotateSecret = () => {
    times += 1;
    return Promise.reject(failure);
  };

  await expect(keys.rotate(pem)).rejects.toBe(failure);
  expect(times).toBe(3);
});

test('A refused rotation is thrown: the key would not become the current one', async () => {
  const { world, keys, pem } = await listed();
  const refusal = new DocumentEngineRefusalError('POST /api/secrets/jwt/rotate', 400);
  world.documentEngine.rotateSecret = () => Promise.reject(refusal);

  await expect(keys.rotate(pem)).rejects.toBe(refusal);
});

test('Shortening changes the entries that live too long, never the current one, and lengthens none', async () => {
  const { world, keys } = await listed();
  const other = spkiOf((await generateSigningKey('ES256', systemClock)).pair.publicKey);
  await world.documentEngine.addSecret(other, NOON + 60);
  const [current] = world.entries();

  await keys.shorten(() => NOON + 600);

  expect(world.entries()).toEqual([
    current,
    expect.objectContaining({ expiresAt: NOON + 600 }),
    expect.objectContaining({ expiresAt: NOON + 60 }),
  ]);
});

test('Shortening passes over an entry that has expired since it was listed', async () => {
  const { world, keys } = await listed();
  await keys.entries();
  world.clock.advance(3600_000);
  world.documentEngine.changeExpiry = () =>
    Promise.reject(new DocumentEngineRefusalError('POST /api/secrets/jwt/{id}', 404));

  await keys.shorten(() => NOON);

  expect(await keys.others()).toEqual([]);
});
