import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  DocumentEngineRefusalError,
  DocumentEngineUnavailableError,
} from '../../../../lib/document-engine/index.ts';
import {
  currentPair,
  DocumentEngineUnexpectedError,
  generateSigningKey,
} from '../../../../lib/rotation/index.ts';
import { expiryOf } from '../../../../lib/rotation/registration.ts';
import { overlapOf, readPublishedKeys, recordUse, spkiOf } from '../../../../lib/signing-keys/index.ts';
import { RotationWorld, type WorldOptions } from '../../../support/rotation/rotation-world.ts';

const DAY = 86_400;

/** Document Engine keeps one entry for a key, and drops a former current key at once: the harshest behaviour. */
const HARSH = { identicalKey: 'refused', formerCurrent: 'deleted' } as const;

/** A world with a tested pending key, in which a token of the key to replace is in use. */
async function tested(options: WorldOptions = {}) {
  const world = await RotationWorld.create({ checked: 'first and last second', ...options });
  const token = options.predecessor === true ? world.predecessorToken : await world.process().mint();
  if (token === undefined) throw new TypeError('there is a token');
  const version = world.beginRotation();
  for (const step of ['createSecret', 'setSecret', 'testSecret'] as const)
    await world.rotation.run(step, version, 60);
  const finish = (): Promise<unknown> => world.rotation.run('finishSecret', version, 60);
  const now = (): number => world.clock.now() / 1000;
  return { world, token, version, finish, now };
}

describe('the replaced key', () => {
  test('has an entry for the interval and the overlap before Document Engine is rotated', async () => {
    const { world, token, finish, now } = await tested();
    world.documentEngine.rotateSecret = () => Promise.reject(new Error('not rotated'));

    await expect(finish()).rejects.toThrow('not rotated');

    const [own] = world
      .entries()
      .filter(({ thumbprint, expiresAt }) => thumbprint === token.kid && expiresAt !== undefined);
    expect(own?.expiresAt).toBeGreaterThanOrEqual(now() + world.interval + overlapOf(world.longestLife));
  });

  test.each([
    ['just before its first entry expires', 3600, 60],
    [
      'while the entry lasts for the present lives, but not for those that were recorded',
      DAY,
      overlapOf(3600) + 60,
    ],
  ])('outlives its tokens even if the step is repeated %s', async (_when, longestLife, left) => {
    const { world, token, finish, now } = await tested();
    const pair = await currentPair(world.secret, 'ES256');
    if (pair === undefined) throw new TypeError('there is a key');
    await recordUse(world.table, pair, longestLife);
    const rotateSecret = world.documentEngine.rotateSecret.bind(world.documentEngine);
    world.documentEngine.rotateSecret = () => Promise.reject(new Error('not rotated'));
    await expect(finish()).rejects.toThrow('not rotated');
    world.documentEngine.rotateSecret = rotateSecret;
    const [own] = world
      .entries()
      .filter(({ thumbprint, expiresAt }) => thumbprint === token.kid && expiresAt !== undefined);
    world.pass((own?.expiresAt ?? 0) - left - now());
    await world.process().mint();

    await finish();

    const verifiesUntil = now() + overlapOf(longestLife);
    expect(await readPublishedKeys(world.table)).toContainEqual(
      expect.objectContaining({ kid: token.kid, verifiesUntil }),
    );
    expect(world.entries()).toContainEqual(
      expect.objectContaining({ thumbprint: token.kid, expiresAt: verifiesUntil }),
    );
    world.pass(2 * overlapOf(longestLife));
    expect(world.refusals).toEqual([]);
  });

  test.each([false, true])(
    'that Document Engine drops and does not list again stops the step before a token is signed with the new key (a predecessor: %s)',
    async (predecessor) => {
      const options = predecessor ? ({ begins: 'none', predecessor } as const) : {};
      const { world, version, finish } = await tested({ behaviour: HARSH, ...options });
      world.documentEngine.addSecret = () => Promise.resolve();

      await expect(finish()).rejects.toThrow(DocumentEngineUnexpectedError);
      await expect(finish()).rejects.toThrow(/lists no expiry for the replaced key/);

      expect(world.labels(version)).toEqual(['AWSPENDING']);
    },
  );

  test('is added again if the entry that appeared after `rotate` belongs to another key', async () => {
    const { world, token, version, finish, now } = await tested({ behaviour: HARSH });
    const addSecret = world.documentEngine.addSecret.bind(world.documentEngine);
    const rotateSecret = world.documentEngine.rotateSecret.bind(world.documentEngine);
    const stranger = spkiOf((await generateSigningKey('ES256', world.clock)).pair.publicKey);
    world.documentEngine.rotateSecret = async (key) => {
      await rotateSecret(key);
      world.documentEngine.addSecret = async (_key, expiresAt) => {
        world.documentEngine.addSecret = addSecret;
        await addSecret(stranger, expiresAt);
        throw new DocumentEngineRefusalError('POST /api/secrets/jwt', 400);
      };
    };

    await finish();

    expect(world.labels(version)).toContain('AWSCURRENT');
    expect(world.accepts(token)).toBe(true);
    expect(world.entries()).toContainEqual(
      expect.objectContaining({ thumbprint: token.kid, expiresAt: now() + overlapOf(world.longestLife) }),
    );
  });

  test('that is not accepted after it was added again stops the step, and the message names it', async () => {
    const { world, version, finish } = await tested({ behaviour: HARSH });
    const addSecret = world.documentEngine.addSecret.bind(world.documentEngine);
    const stranger = spkiOf((await generateSigningKey('ES256', world.clock)).pair.publicKey);
    world.documentEngine.addSecret = async (_key, expiresAt) => {
      await addSecret(stranger, expiresAt).catch(() => undefined);
    };

    await expect(finish()).rejects.toThrow(/does not accept the replaced key, although it was added again/);

    expect(world.labels(version)).toEqual(['AWSPENDING']);
  });

  test('that Document Engine keeps for a minute gets a later expiry in that entry', async () => {
    const { world, token, finish, now } = await tested({
      behaviour: { identicalKey: 'refused', formerCurrent: { keptForSeconds: 60 } },
    });

    await finish();

    expect(world.entries()).toContainEqual(
      expect.objectContaining({ thumbprint: token.kid, expiresAt: now() + overlapOf(world.longestLife) }),
    );
    world.pass(2 * overlapOf(world.longestLife));
    expect(world.refusals).toEqual([]);
  });

  test('that Document Engine keeps for long enough is not extended, which it might refuse', async () => {
    const { world, version, finish, now } = await tested({
      behaviour: { identicalKey: 'refused', formerCurrent: { keptForSeconds: 30 * DAY } },
    });
    const changeExpiry = world.documentEngine.changeExpiry.bind(world.documentEngine);
    world.documentEngine.changeExpiry = (id, expiresAt) =>
      expiresAt > now() + 30 * DAY
        ? Promise.reject(new DocumentEngineRefusalError('POST /api/secrets/jwt/{id}', 400))
        : changeExpiry(id, expiresAt);

    await finish();

    expect(world.labels(version)).toContain('AWSCURRENT');
  });

  test("is not ended with the pending entry, even if its kept entry has an expiry like the new key's by chance", async () => {
    const world = await RotationWorld.create({
      behaviour: { identicalKey: 'refused', formerCurrent: { keptForSeconds: 30 * DAY } },
    });
    const token = await world.process().mint();
    const kept = world.clock.now() / 1000 + 30 * DAY;
    let version = randomUUID();
    while (!expiryOf(version, 'new', []).isOn({ id: 1, expiresAt: kept })) version = randomUUID();

    await world.rotate(world.beginRotation(version));

    expect(world.accepts(token)).toBe(true);
    expect(world.refusals).toEqual([]);
  });

  test("is extended alone: the predecessor's entry keeps its end", async () => {
    const world = await RotationWorld.create({
      behaviour: { identicalKey: 'refused', formerCurrent: { keptForSeconds: 60 } },
      begins: 'none',
      predecessor: true,
      checked: 'first and last second',
    });
    await world.rotate();
    await world.process().mint();
    world.pass(DAY);

    await world.rotate();

    const { kid, exp } = world.predecessorToken ?? {};
    expect(world.entries()).toContainEqual(expect.objectContaining({ thumbprint: kid, expiresAt: exp }));
  });

  test('in an entry that Document Engine refuses to extend stops the step', async () => {
    const { world, version, finish } = await tested({
      behaviour: { identicalKey: 'refused', formerCurrent: { keptForSeconds: 60 } },
    });
    const refusal = new DocumentEngineRefusalError('POST /api/secrets/jwt/{id}', 400);
    world.documentEngine.changeExpiry = () => Promise.reject(refusal);

    await expect(finish()).rejects.toBe(refusal);

    expect(world.labels(version)).toEqual(['AWSPENDING']);
  });
});

describe('the entry of the pending key', () => {
  test('is ended before the new key is probed, so that the probe tests the current entry', async () => {
    const { world, version, finish } = await tested();
    const revoke = world.documentEngine.revoke.bind(world.documentEngine);
    const seen: number[] = [];
    world.documentEngine.revoke = (jwts) => {
      const current = world.entries().find(({ expiresAt }) => expiresAt === undefined);
      seen.push(world.entries().filter(({ thumbprint }) => thumbprint === current?.thumbprint).length);
      return revoke(jwts);
    };

    await finish();

    expect(seen).toEqual([1]);
    expect(world.labels(version)).toContain('AWSCURRENT');
  });

  test('that cannot be ended is logged, and the step succeeds', async () => {
    const { world, version, finish, now } = await tested();
    const changeExpiry = world.documentEngine.changeExpiry.bind(world.documentEngine);
    world.documentEngine.changeExpiry = (id, expiresAt) =>
      expiresAt < now()
        ? Promise.reject(new DocumentEngineRefusalError('POST /api/secrets/jwt/{id}', 400))
        : changeExpiry(id, expiresAt);

    await finish();

    expect(world.lines.join('')).toMatch(/"level":"WARN".*pending key.*/);
    expect(world.labels(version)).toContain('AWSCURRENT');
  });
});

test('both keys are published as current before AWSCURRENT moves, even if no process has used them', async () => {
  const world = await RotationWorld.create();
  const version = world.beginRotation();
  for (const step of ['createSecret', 'setSecret', 'testSecret'] as const)
    await world.rotation.run(step, version, 60);
  world.secret.makeCurrent = () => Promise.reject(new Error('not moved'));

  await expect(world.rotation.run('finishSecret', version, 60)).rejects.toThrow('not moved');

  expect(Object.values(world.published())).toEqual(['current', 'current']);
});

test('an outage right after `rotate` fails the step with its own error, and AWSCURRENT does not move', async () => {
  const { world, version, finish } = await tested({ behaviour: HARSH });
  const outage = new DocumentEngineUnavailableError('POST /api/secrets/jwt', 'it answered 500');
  const rotateSecret = world.documentEngine.rotateSecret.bind(world.documentEngine);
  world.documentEngine.rotateSecret = async (key) => {
    await rotateSecret(key);
    world.documentEngine.addSecret = () => Promise.reject(outage);
  };

  await expect(finish()).rejects.toBe(outage);

  expect(world.labels(version)).toEqual(['AWSPENDING']);
});

test('a step that is repeated after AWSCURRENT has moved neither rotates Document Engine nor adds a key', async () => {
  const { world, finish } = await tested();
  await finish();
  const entries = world.entries();
  world.calls.begin();

  await finish();

  expect(world.calls.made.filter((call) => call.includes(' POST '))).toEqual([]);
  expect(world.entries()).toEqual(entries);
});

test('a predecessor with no token left is not registered', async () => {
  const world = await RotationWorld.create({
    begins: 'none',
    predecessor: true,
    checked: 'first and last second',
  });
  world.pass((world.predecessorToken?.exp ?? 0) - world.clock.now() / 1000);

  await world.rotate();

  expect(world.entries()).toHaveLength(1);
});

test('a finished rotation is counted once, and logs no warning', async () => {
  const { world, finish } = await tested();

  await finish();

  expect(world.lines.filter((line) => line.includes('SigningKeyRotated'))).toHaveLength(1);
  expect(world.lines.join('')).not.toContain('"level":"WARN"');
});
