import { describe, expect, test } from '@jest/globals';
import { generateSigningKey } from '../../../../lib/rotation/index.ts';
import {
  changePublishedKey,
  overlapOf,
  publishKey,
  readPublishedKeys,
  spkiOf,
  type PublishedKey,
} from '../../../../lib/signing-keys/index.ts';
import { publishedKeyKey } from '../../../../lib/table/index.ts';
import { RotationWorld, type Entry } from '../../../support/rotation/rotation-world.ts';

const DAY = 86_400;

/** Adds a key of another stage to Document Engine's list, for a year. @returns its entry */
async function addForeignKey(world: RotationWorld): Promise<Entry> {
  const { pair } = await generateSigningKey('ES256', world.clock);
  await world.documentEngine.addSecret(spkiOf(pair.publicKey), world.clock.now() / 1000 + 365 * DAY);
  const entry = world.entries().find(({ thumbprint }) => thumbprint === pair.kid);
  if (entry === undefined) throw new TypeError('it is listed');
  return entry;
}

const publishedOf = async (world: RotationWorld, kid: string): Promise<PublishedKey | undefined> =>
  (await readPublishedKeys(world.table)).find((key) => key.kid === kid);

describe("retiring leaves another stage's entry", () => {
  test('if no other key of this stage ever signed', async () => {
    const world = await RotationWorld.create({ begins: 'none' });
    const foreign = await addForeignKey(world);

    await world.rotate();

    expect(world.entries()).toContainEqual(foreign);
  });

  test('if it replaces a key of this stage, and in every later rotation', async () => {
    const world = await RotationWorld.create();
    await world.rotate();
    const foreign = await addForeignKey(world);

    await world.rotate();
    await world.rotate();

    expect(world.entries()).toContainEqual(foreign);
  });
});

describe("an entry of this stage's that is not the replaced key's", () => {
  test('lives as long as the previous key with the latest end', async () => {
    const world = await RotationWorld.create({ longestLife: 2 * DAY });
    await world.process().mint();
    await world.rotate();
    const latest = world.clock.now() / 1000 + overlapOf(2 * DAY);
    const left = await addForeignKey(world);
    const { pair } = await generateSigningKey('ES256', world.clock);
    const ended = { state: 'previous', verifiesUntil: latest + DAY } as const;
    await changePublishedKey(world.table, pair.kid, () => ({
      kid: pair.kid,
      alg: 'ES256',
      publicKey: spkiOf(pair.publicKey),
      longestLife: 60,
      entryIds: new Set([left.id]),
      ...ended,
    }));

    await world.rotate();

    expect(world.entries()).toContainEqual({ ...left, expiresAt: ended.verifiesUntil });
  });

  test('is shortened to the overlap if an abandoned rotation has left it, which was killed before it recorded it', async () => {
    const world = await RotationWorld.create();
    await world.rotate();
    const abandoned = world.beginRotation();
    await world.rotation.run('createSecret', abandoned, 60);
    const addSecret = world.documentEngine.addSecret.bind(world.documentEngine);
    world.documentEngine.addSecret = async (...entry) => {
      await addSecret(...entry);
      throw new Error('killed');
    };
    await expect(world.rotation.run('setSecret', abandoned, 60)).rejects.toThrow('killed');
    world.documentEngine.addSecret = addSecret;
    const left = world.entries().at(-1);
    world.dropPending();
    world.pass(100);

    await world.rotate();

    expect(world.entries()).toContainEqual({
      ...left,
      expiresAt: world.clock.now() / 1000 + overlapOf(world.longestLife),
    });
  });
});

describe('a key that is published', () => {
  test('as current may sign tokens as long-lived as its overlap allows for, even after it was replaced', async () => {
    const world = await RotationWorld.create();
    const late = world.process();
    const { kid } = await late.mint();
    const stored = await publishedOf(world, kid);
    if (stored === undefined) throw new TypeError('the key is published');
    // Last used before the stage raised the longest life of a token.
    await changePublishedKey(world.table, kid, () => ({ ...stored, longestLife: 60 }));

    await world.rotate();

    expect(await publishedOf(world, kid)).toMatchObject({
      state: 'previous',
      longestLife: world.longestLife,
      verifiesUntil: world.clock.now() / 1000 + overlapOf(world.longestLife),
    });
  });

  test('as pending by an abandoned rotation ends now, and its item is deleted in time', async () => {
    const world = await RotationWorld.create();
    const { pair } = await generateSigningKey('ES256', world.clock);
    await publishKey(world.table, pair, 'pending', world.longestLife);

    await world.rotate();

    const now = world.clock.now() / 1000;
    expect(await publishedOf(world, pair.kid)).toMatchObject({ state: 'dropped', verifiesUntil: now });
    expect(world.table.stored(publishedKeyKey(pair.kid))?.['ttl']).toBe(now + 30 * DAY);
  });

  test('as previous or dropped keeps its end', async () => {
    const world = await RotationWorld.create();
    await world.process().mint();
    await world.rotate();
    const { pair } = await generateSigningKey('ES256', world.clock);
    await publishKey(world.table, pair, 'pending', world.longestLife);
    await world.rotate();
    const before = (await readPublishedKeys(world.table)).filter(({ state }) => state !== 'current');
    world.pass(60);

    await world.rotate();

    expect(before.map(({ state }) => state).toSorted()).toEqual(['dropped', 'previous', 'previous']);
    for (const key of before) expect(await publishedOf(world, key.kid)).toEqual(key);
  });
});
