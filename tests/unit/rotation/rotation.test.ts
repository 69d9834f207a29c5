import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { some } from '../../support/jest/suites.ts';
import {
  ALGORITHMS,
  overlapOf,
  publishKey,
  readPublishedKeys,
  recordUse,
} from '../../../lib/signing-keys/index.ts';
import {
  currentPair,
  DocumentEngineUnexpectedError,
  generateSigningKey,
  permitReplacing,
  Rotation,
  ROTATION_STEPS,
  RotationRefusedError,
  RotationUnderWayError,
  type RotationStep,
} from '../../../lib/rotation/index.ts';
import { expiryOf } from '../../../lib/rotation/registration.ts';
import { EVERY_LIST_BEHAVIOUR, nameOf } from '../../support/document-engine/behaviours.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

const MINUTES = 60;

/** Gives the id of Document Engine's current entry. */
const currentEntry = (world: RotationWorld): number =>
  world.entries().find(({ expiresAt }) => expiresAt === undefined)?.id ?? 0;

/** Finds a version that gives the entry of its new or old key an expiry at a certain second of the day. */
function versionWith(whose: 'new' | 'old', second: number): string {
  for (;;) {
    const version = randomUUID();
    if (expiryOf(version, whose, []).notBefore(0) === second) return version;
  }
}

describe('a step is refused', () => {
  test('for a secret without rotation enabled', async () => {
    const world = await RotationWorld.create();
    const version = world.beginRotation();
    world.enableRotation(false);

    await expect(world.rotation.run('createSecret', version, 60)).rejects.toThrow(/Rotation is not enabled/);
  });

  test('for a version that the secret does not have', async () => {
    const world = await RotationWorld.create();
    world.beginRotation();

    await expect(world.rotation.run('createSecret', randomUUID(), 60)).rejects.toThrow(/has no version/);
  });

  test('for a version that is not pending, such as a former current one', async () => {
    const world = await RotationWorld.create();
    const first = await world.rotate();
    await world.rotate();

    await expect(world.rotation.run('finishSecret', first, 60)).rejects.toThrow(/not labelled AWSPENDING/);
  });

  test.each<RotationStep>(['setSecret', 'finishSecret'])('before createSecret has run: %s', async (step) => {
    const world = await RotationWorld.create();

    await expect(world.rotation.run(step, world.beginRotation(), 60)).rejects.toThrow(
      /createSecret comes first/,
    );
  });

  test('if the current key is for another algorithm, and the message names the page that helps', async () => {
    const world = await RotationWorld.create();
    const rotation = new Rotation({ ...world.dependencies, algorithm: 'RS256' });

    const step = rotation.run('createSecret', world.beginRotation(), 60);

    await expect(step).rejects.toThrow(RotationRefusedError);
    await expect(step).rejects.toThrow(
      /a key for ES256, but the stage's algorithm is RS256.*docs\/operations\.md/,
    );
  });
});

test('after a crash right after `rotate`, the step that runs first registers the dropped old key again', async () => {
  for (const next of ['createSecret', 'setSecret', 'testSecret'] as const) {
    const world = await RotationWorld.create({
      behaviour: { identicalKey: 'refused', formerCurrent: 'deleted' },
      checked: 'first and last second',
    });
    const token = await world.process().mint();
    const version = world.beginRotation();
    for (const step of ['createSecret', 'setSecret', 'testSecret'] as const)
      await world.rotation.run(step, version, 60);
    const { documentEngine } = world;
    const addSecret = documentEngine.addSecret.bind(documentEngine);
    const rotateSecret = documentEngine.rotateSecret.bind(documentEngine);
    documentEngine.rotateSecret = async (key) => {
      await rotateSecret(key);
      documentEngine.addSecret = () => Promise.reject(new Error('killed'));
    };
    await expect(world.rotation.run('finishSecret', version, 60)).rejects.toThrow('killed');
    documentEngine.addSecret = addSecret;
    expect(world.accepts(token)).toBe(false);

    await world.rotation.run(next, version, 60);

    expect(world.accepts(token)).toBe(true);
  }
});

test('every step can be repeated after it has succeeded, and after the last one has', async () => {
  const world = await RotationWorld.create();
  await world.process().mint();
  const version = world.beginRotation();
  for (const step of ROTATION_STEPS) {
    await world.rotation.run(step, version, 60);
    await world.rotation.run(step, version, 60);
  }
  const [entries, published] = [world.entries(), world.published()];

  for (const step of ROTATION_STEPS) await world.rotation.run(step, version, 60);

  expect(world.entries()).toEqual(entries);
  expect(world.published()).toEqual(published);
  expect(world.refusals).toEqual([]);
});

test('the entry of the pending key outlives the interval and the overlap, and a repeated step adds no second entry', async () => {
  const world = await RotationWorld.create();
  const version = world.beginRotation();
  for (const step of ['createSecret', 'setSecret', 'setSecret'] as const)
    await world.rotation.run(step, version, 60);

  const [pending, ...others] = world.entries().filter(({ expiresAt }) => expiresAt !== undefined);

  expect(others).toEqual([]);
  expect(pending?.expiresAt).toBeGreaterThanOrEqual(
    world.clock.now() / 1000 + world.interval + overlapOf(world.longestLife),
  );
  expect(Object.values(world.published()).toSorted()).toEqual(['current', 'pending']);
});

test('a replaced key verifies for exactly the overlap after the new key begins to sign', async () => {
  const world = await RotationWorld.create();
  await world.process().mint();
  await world.rotate();

  const [former] = world.entries().filter(({ expiresAt }) => expiresAt !== undefined);
  const published = await readPublishedKeys(world.table);

  expect(former?.expiresAt).toBe(world.clock.now() / 1000 + 3600 + 65 * MINUTES + 5 * MINUTES);
  expect(published.find(({ state }) => state === 'previous')?.verifiesUntil).toBe(former?.expiresAt);
});

describe('the longest life of a token', () => {
  test('still counts for the overlap of a key after the stage has lowered it', async () => {
    const world = await RotationWorld.create();
    const key = await currentPair(world.secret, 'ES256');
    if (key === undefined) throw new TypeError('there is a key');
    await recordUse(world.table, key, 86_400);
    await recordUse(world.table, key, 3600);

    await world.rotate();

    const [former] = world.entries().filter(({ expiresAt }) => expiresAt !== undefined);
    expect(former?.expiresAt).toBe(world.clock.now() / 1000 + overlapOf(86_400));
  });

  test('still counts for a key that was replaced before the last rotation', async () => {
    const world = await RotationWorld.create();
    const key = await currentPair(world.secret, 'ES256');
    if (key === undefined) throw new TypeError('there is a key');
    await recordUse(world.table, key, 86_400);
    await world.rotate();
    const until = world.clock.now() / 1000 + overlapOf(86_400);

    world.pass(10 * MINUTES);
    await world.rotate();

    const expiries = world.entries().flatMap(({ expiresAt }) => expiresAt ?? []);
    expect(expiries.toSorted()).toEqual([world.clock.now() / 1000 + overlapOf(3600), until].toSorted());
  });

  test('cannot be raised by a process that first uses its key after it was replaced', async () => {
    const world = await RotationWorld.create();
    const key = await currentPair(world.secret, 'ES256');
    if (key === undefined) throw new TypeError('there is a key');
    await world.rotate();

    await expect(recordUse(world.table, key, 3601)).rejects.toMatchObject({ code: 'SIGNING_KEY_SUPERSEDED' });
    await expect(recordUse(world.table, key, 3600)).resolves.toBeUndefined();
  });

  test('is not lost if several processes record one for the same key at once', async () => {
    const world = await RotationWorld.create();
    const key = await currentPair(world.secret, 'ES256');
    if (key === undefined) throw new TypeError('there is a key');

    await Promise.all([60, 7200, 600].map((life) => recordUse(world.table, key, life)));

    expect(await readPublishedKeys(world.table)).toMatchObject([{ longestLife: 7200, state: 'current' }]);
  });
});

describe('the first rotation', () => {
  test('makes the first key, which Document Engine accepts and processes then sign with', async () => {
    const world = await RotationWorld.create({ begins: 'none' });
    const before = world.process();
    await expect(before.mint()).rejects.toMatchObject({ code: 'NO_SIGNING_KEY' });

    await world.rotate();

    const { kid } = await before.mint();
    expect(world.entries()[0]).toMatchObject({ thumbprint: kid, expiresAt: undefined });
    expect(world.published()).toEqual({ [kid]: 'current' });
    expect(world.refusals).toEqual([]);
  });

  test('leaves the key of the predecessor until its end, and so do later rotations', async () => {
    const world = await RotationWorld.create({ begins: 'none', predecessor: true });
    await world.rotate();
    world.pass(90 * 86_400);
    await world.rotate();

    const { exp = 0, kid } = world.predecessorToken ?? {};

    expect(world.entries()).toContainEqual(expect.objectContaining({ thumbprint: kid, expiresAt: exp }));
    world.pass(exp - world.clock.now() / 1000 + 1);
    expect(world.entries()).toHaveLength(1);
    expect(world.refusals).toEqual([]);
  });
});

test.each(some(EVERY_LIST_BEHAVIOUR, 3).map((behaviour) => [nameOf(behaviour), behaviour] as const))(
  'an entry with an expiry that matches by chance is not mistaken for that of the rotation, at a Document Engine of %s',
  async (_name, behaviour) => {
    for (const whose of ['new', 'old'] as const) {
      const world = await RotationWorld.create({ behaviour, begins: 'none', predecessor: true });
      const second = (world.predecessorToken?.exp ?? 0) % 86_400;
      const former = await world.rotate(world.beginRotation(versionWith(whose, second)));
      await world.process().mint();

      await world.rotate(world.beginRotation(versionWith(whose, second)));

      expect(world.labels(former)).toContain('AWSPREVIOUS');
      world.pass(300 * 86_400);
      expect(world.refusals.filter(({ inGap }) => !inGap)).toEqual([]);
    }
  },
);

describe('two rotations at once', () => {
  test('the second is refused until the first has ended, in every step', async () => {
    for (const [index, last] of ROTATION_STEPS.entries()) {
      const world = await RotationWorld.create();
      await world.process().mint();
      const first = world.beginRotation();
      for (const step of ROTATION_STEPS.slice(0, index)) await world.rotation.run(step, first, 60);
      const second: string[] = [];
      // In the middle of the first rotation's step, its AWSPENDING is moved to a second rotation, which begins.
      let rival: Promise<unknown> | undefined;
      world.calls.meanwhile = () => {
        if (rival !== undefined || world.calls.made.length < 5) return;
        rival = (async () => {
          world.calls.meanwhile = () => undefined;
          const version = world.beginRotation();
          second.push(version);
          await world.rotation.run('createSecret', version, 60);
        })();
        rival.catch(() => undefined);
      };
      world.calls.begin();
      await world.rotation.run(last, first, 60).catch(() => undefined);

      if (rival === undefined) continue;
      await expect(rival).rejects.toThrow(RotationUnderWayError);
      expect(world.refusals).toEqual([]);
    }
  });

  test('the second completes after the first was killed at any call and its lease has run out', async () => {
    const counts = [9, 12, 5, 36];
    let stopped = 0;
    for (const [index, step] of ROTATION_STEPS.entries()) {
      for (let call = 0; call < (counts[index] ?? 0); call += 3) {
        const world = await RotationWorld.create();
        await world.process().mint();
        const first = world.beginRotation();
        for (const before of ROTATION_STEPS.slice(0, index)) await world.rotation.run(before, first, 60);
        world.calls.begin(call, 'killed after');
        await world.rotation.run(step, first, 60).catch(() => undefined);
        world.calls.begin();
        const done = world.labels(first).includes('AWSCURRENT');

        if (!done) world.dropPending();
        world.pass(90);
        const version = world.beginRotation();
        const second = await world.rotate(version).catch(async (error: unknown) => {
          // Killed right after Document Engine was rotated: nothing in the table names the entry, and the version is abandoned.
          expect(String(error)).toContain('or a rotation of this stage that was abandoned');
          stopped += 1;
          await permitReplacing(world, currentEntry(world));
          return world.rotate(version);
        });

        expect(world.labels(second)).toEqual(['AWSCURRENT', 'AWSPENDING']);
        expect(world.entries().filter(({ expiresAt }) => expiresAt === undefined)).toHaveLength(1);
        expect(Object.values(world.published()).filter((state) => state === 'current')).toHaveLength(1);
        await world.process().mint();
        world.pass(2 * overlapOf(3600));
        expect(world.entries()).toHaveLength(1);
        expect(world.refusals).toEqual([]);
      }
    }
    expect(stopped).toBeLessThanOrEqual(1);
  });

  test('a last step that another run completes before the lease is taken does not rotate Document Engine again', async () => {
    const world = await RotationWorld.create();
    const version = world.beginRotation();
    for (const step of ['createSecret', 'setSecret', 'testSecret'] as const)
      await world.rotation.run(step, version, 60);
    // Another run completes the step after the first run has read the labels.
    let done = false;
    world.calls.begin();
    world.calls.meanwhile = async () => {
      if (done || world.calls.made.length !== 2) return;
      done = true;
      await world.rotation.run('finishSecret', version, 60);
    };
    await world.rotation.run('finishSecret', version, 60);

    expect(done).toBe(true);
    const rotations = world.calls.made.filter(
      (call) => call === 'Document Engine: POST /api/secrets/jwt/rotate',
    );
    expect(rotations).toHaveLength(1);
    expect(world.refusals).toEqual([]);
  });

  test('the same step twice at once refuses no token and completes', async () => {
    const world = await RotationWorld.create();
    await world.process().mint();
    const version = world.beginRotation();
    for (const step of ROTATION_STEPS) {
      const both = await Promise.allSettled([1, 2].map(() => world.rotation.run(step, version, 60)));
      expect(both.some(({ status }) => status === 'fulfilled')).toBe(true);
    }

    expect(world.labels(version)).toEqual(['AWSCURRENT', 'AWSPENDING']);
    world.pass(overlapOf(3600) + 1);
    expect(world.entries()).toHaveLength(1);
    expect(world.refusals).toEqual([]);
  });
});

describe('probing', () => {
  test('needs a probe document if Document Engine revokes without verifying', async () => {
    const world = await RotationWorld.create({ behaviour: { revocationVerifies: false }, begins: 'none' });
    const { probeDocumentId: _none, ...dependencies } = world.dependencies;
    const rotation = new Rotation(dependencies);
    const version = world.beginRotation();
    await rotation.run('createSecret', version, 60);
    await rotation.run('setSecret', version, 60);

    const step = rotation.run('testSecret', version, 60);

    await expect(step).rejects.toThrow(DocumentEngineUnexpectedError);
    await expect(step).rejects.toThrow(/"probeDocumentId"/);
  });

  test('finds that a pending key was not registered, and names the settings to check', async () => {
    const world = await RotationWorld.create();
    const version = world.beginRotation();
    await world.rotation.run('createSecret', version, 60);

    await expect(world.rotation.run('testSecret', version, 60)).rejects.toThrow(
      /REPLACE_SECRETS_FROM_ENV is false/,
    );
  });
});

test('a Document Engine that only claims to have rotated is detected before a token is signed with the new key', async () => {
  const world = await RotationWorld.create();
  const { kid } = await world.process().mint();
  world.documentEngine.rotateSecret = () => Promise.resolve();

  await expect(world.rotate()).rejects.toThrow(/does not accept the new key, although it was rotated to it/);

  expect((await world.process().mint()).kid).toBe(kid);
  expect(world.refusals).toEqual([]);
});

test.each(ALGORITHMS)('keys for %s are replaced without a refused token', async (algorithm) => {
  const world = await RotationWorld.create({ algorithm });
  const former = (await world.process().mint()).kid;

  await world.rotate();

  const { kid } = await world.process().mint();
  expect(world.published()).toEqual({ [former]: 'previous', [kid]: 'current' });
  expect(world.refusals).toEqual([]);
});

test('a given key can be rotated to', async () => {
  const world = await RotationWorld.create();
  const { pair } = await generateSigningKey('ES256', world.clock);
  const version = world.beginRotation();
  await world.rotation.createSecret(version, pair);
  for (const step of ROTATION_STEPS) await world.rotation.run(step, version, 60);

  expect((await world.process().mint()).kid).toBe(pair.kid);
});

test('a pending key of an abandoned rotation is dropped by the next one', async () => {
  const world = await RotationWorld.create();
  const { pair } = await generateSigningKey('ES256', world.clock);
  await publishKey(world.table, pair, 'pending', 3600);

  await world.rotate();

  expect(world.published()[pair.kid]).toBe('dropped');
});

test('no log line and no error contains a private key, a token or the API token', async () => {
  const world = await RotationWorld.create();
  const { jwt } = await world.process().mint();
  const errors: unknown[] = [];
  const version = world.beginRotation();
  for (const step of ROTATION_STEPS) {
    for (let call = 0; call < 30; call += 1) {
      world.calls.begin(call, 'down');
      await world.rotation.run(step, version, 60).catch((error: unknown) => errors.push(error));
    }
    world.calls.begin();
    await world.rotation.run(step, version, 60);
  }
  const shown = `${world.lines.join('')}${inspect(errors, { depth: Infinity, showHidden: true })}`;

  expect(world.lines.length).toBeGreaterThan(5);
  expect(errors.length).toBeGreaterThan(20);
  const value = JSON.stringify(await world.secret.read(version));
  const privateLines = value.split('\\\\n').filter((line) => line.length >= 48);
  expect(privateLines.length).toBeGreaterThan(1);
  for (const secret of [jwt, 'api-token-of-document-engine', 'PRIVATE KEY', ...privateLines]) {
    expect(shown).not.toContain(secret);
  }
  expect(shown).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
});
