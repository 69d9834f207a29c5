import { describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { some } from '../../support/jest/suites.ts';
import { overlapOf, readPublishedKeys } from '../../../lib/signing-keys/index.ts';
import {
  generateSigningKey,
  pendingPair,
  rotateInEmergency,
  RotationUnderWayError,
  signingKeysStatus,
  type EmergencyDependencies,
} from '../../../lib/rotation/index.ts';
import { DocumentEngineRefusalError } from '../../../lib/document-engine/index.ts';
import { EVERY_LIST_BEHAVIOUR, nameOf } from '../../support/document-engine/behaviours.ts';
import { FAULTS } from '../../support/rotation/rotation-faults.ts';
import { leaseItem } from '../../../lib/table/index.ts';
import { impatient } from '../../support/runtime/clock.ts';
import { RotationWorld, type WorldOptions } from '../../support/rotation/rotation-world.ts';

jest.setTimeout(600_000);

/** A world with a leaked key, after one rotation. `run` runs the emergency rotation. */
async function leak(options: WorldOptions = {}) {
  const world = await RotationWorld.create({ checked: 'first and last second', ...options });
  const former = (await world.process().mint()).kid;
  await world.rotate();
  const leaked = await world.process().mint();
  const reports: string[] = [];
  let replaced = 0;
  const run = (others: Partial<EmergencyDependencies> = {}): Promise<string> =>
    rotateInEmergency({
      ...world.dependencies,
      replaceProcesses: () => Promise.resolve(void (replaced += 1)),
      report: (done) => reports.push(done),
      ...others,
    });
  return { world, leaked, former, reports, run, replaced: () => replaced };
}

test.each(EVERY_LIST_BEHAVIOUR.map((behaviour) => [nameOf(behaviour), behaviour] as const))(
  'a leaked key is gone from a Document Engine of %s',
  async (_name, behaviour) => {
    const { world, leaked, run, replaced } = await leak({ behaviour });

    const kid = await run();

    expect(world.entries()).toMatchObject([{ thumbprint: kid, expiresAt: undefined }]);
    expect(world.accepts(leaked)).toBe(false);
    expect((await world.process().mint()).kid).toBe(kid);
    expect(world.published()).toMatchObject({ [leaked.kid]: 'dropped', [kid]: 'current' });
    expect(Object.values(world.published()).filter((state) => state !== 'dropped')).toEqual(['current']);
    expect((await world.secret.labels()).versionWith('AWSPREVIOUS')).toBeUndefined();
    expect(replaced()).toBe(1);
    expect(world.refusals).toEqual([]);
  },
);

test('each completed phase is reported, in order', async () => {
  const { run, reports } = await leak();

  await run();

  expect(reports).toEqual([
    expect.stringMatching(/Document Engine has the new key/),
    expect.stringMatching(/AWSCURRENT/),
    expect.stringMatching(/holds no other key/),
    expect.stringMatching(/AWSPREVIOUS/),
    expect.stringMatching(/Processes .* replaced/),
  ]);
});

test('a process that fetches the leaked key afterwards does not sign with it', async () => {
  const { world, leaked, run } = await leak();
  const key = (await world.secret.labels()).versionWith('AWSCURRENT') ?? '';
  await run();
  const value = (await world.secret.read(key)) ?? '';
  expect(value).toContain(leaked.kid);

  // Secrets Manager may still return the former version for a moment.
  await world.secret.makeCurrent(key, (await world.secret.labels()).versionWith('AWSCURRENT') ?? '');

  await expect(world.process().mint()).rejects.toMatchObject({ code: 'SIGNING_KEY_UNAVAILABLE' });
});

test('a stuck rotation is discarded once its lease has run out', async () => {
  const { world, run, reports } = await leak();
  const stuck = world.beginRotation();
  await world.rotation.run('createSecret', stuck, 60);
  await expect(run()).rejects.toThrow(RotationUnderWayError);
  world.pass(90);

  await run();

  expect(reports[0]).toMatch(/under way is discarded/);
  expect(world.labels(stuck)).toEqual([]);
  await expect(world.rotation.run('setSecret', stuck, 60)).rejects.toThrow(/has no version/);
  await world.rotate();
  expect(world.entries().filter(({ expiresAt }) => expiresAt === undefined)).toHaveLength(1);
});

test('a rotation cannot finish an interrupted emergency, which would keep the leaked key verifying', async () => {
  const { world, leaked, run } = await leak();
  const { documentEngine } = world;
  const rotateSecret = documentEngine.rotateSecret.bind(documentEngine);
  documentEngine.rotateSecret = () => Promise.reject(new Error('killed'));
  await expect(run()).rejects.toThrow('killed');
  documentEngine.rotateSecret = rotateSecret;
  const version = (await world.secret.labels()).versionWith('AWSPENDING') ?? '';
  world.pass(3600);

  await expect(world.rotation.run('finishSecret', version, 60)).rejects.toThrow(/run it again first/);

  await run();
  expect(world.accepts(leaked)).toBe(false);
  await world.rotate();
});

test.each([1, 2, 3, 4, 5])(
  'the status shows an emergency that was killed after %d completed phases, until it is run again',
  async (done) => {
    const { world, run } = await leak();
    const isUnfinished = async (): Promise<boolean> =>
      (await signingKeysStatus(world.dependencies)).emergencyUnfinished;
    expect(await isUnfinished()).toBe(false);
    let left = done;
    const killed = rotateInEmergency({
      ...world.dependencies,
      replaceProcesses: () => Promise.resolve(),
      report: () => {
        if ((left -= 1) === 0) throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    world.pass(3600);
    expect(await isUnfinished()).toBe(true);

    await run();

    expect(await isUnfinished()).toBe(false);
  },
);

test('an unfinished rotation does not count as an emergency', async () => {
  const { world } = await leak();

  await world.rotation.run('createSecret', world.beginRotation(), 60);

  expect(await signingKeysStatus(world.dependencies)).toMatchObject({ emergencyUnfinished: false });
});

test('an unreadable leaked key is replaced', async () => {
  const { world, run } = await leak();
  const broken = world.beginRotation();
  await world.secret.write(broken, '{"not": "a key"}', 'AWSCURRENT');

  const kid = await run();

  expect((await world.process().mint()).kid).toBe(kid);
});

test('the error names the entries that Document Engine does not end', async () => {
  const { world, run } = await leak();
  world.documentEngine.changeExpiry = () => Promise.resolve();

  await expect(run()).rejects.toThrow(/keeps public keys longer than it was told \(ids \d/);
});

test('a Document Engine that only claims to have rotated is detected before a token is signed with the new key', async () => {
  const { world, leaked, run } = await leak();
  world.documentEngine.rotateSecret = () => Promise.resolve();

  await expect(run()).rejects.toThrow(/does not accept the new key, although it was rotated to it/);

  expect((await world.process().mint()).kid).toBe(leaked.kid);
});

describe('a run that loses its lease to another emergency stops', () => {
  const takeOver = ({ table, clock }: RotationWorld): void => {
    table.store(leaseItem('another', 'emergency', clock.now() / 1000 + 120));
  };

  test('before it moves AWSCURRENT', async () => {
    const { world, leaked, run } = await leak();
    const rotateSecret = world.documentEngine.rotateSecret.bind(world.documentEngine);
    world.documentEngine.rotateSecret = async (key) => {
      await rotateSecret(key);
      takeOver(world);
    };

    await expect(run()).rejects.toThrow(RotationUnderWayError);

    expect((await world.process().mint()).kid).toBe(leaked.kid);
  });

  test('before it ends other entries', async () => {
    const { world, run } = await leak({ behaviour: { formerCurrent: { keptForSeconds: 30 * 86_400 } } });
    const makeCurrent = world.secret.makeCurrent.bind(world.secret);
    world.secret.makeCurrent = async (version, former) => {
      await makeCurrent(version, former);
      takeOver(world);
    };

    await expect(run()).rejects.toThrow(RotationUnderWayError);

    expect(world.entries().length).toBeGreaterThan(1);
  });
});

test('without a rotation under way no pending version is detached or reported', async () => {
  const world = await RotationWorld.create({ checked: 'first and last second' });
  const reports: string[] = [];

  await rotateInEmergency({
    ...world.dependencies,
    replaceProcesses: () => Promise.resolve(),
    report: (done) => reports.push(done),
  });

  expect(reports[0]).toMatch(/Document Engine has the new key/);
  expect(world.calls.made.filter((call) => call.includes('UpdateSecretVersionStage'))).toHaveLength(2);
});

test('the time at which the new key was made is published with it', async () => {
  const { world, run } = await leak();
  const kid = await run();
  const published = (await readPublishedKeys(world.table)).find((key) => key.kid === kid);
  expect(published?.createdAt).toBe(world.clock.now() / 1000);
});

test('the new key is published as current, also before any process has used it', async () => {
  const { world, run } = await leak();

  const kid = await run();

  expect(await readPublishedKeys(world.table)).toContainEqual(
    expect.objectContaining({ kid, state: 'current', longestLife: world.longestLife }),
  );
});

test('a key that was dropped before keeps its end, so that its item is deleted in time', async () => {
  const { world, leaked, run } = await leak();
  await run();
  const dropped = (await readPublishedKeys(world.table)).find(({ kid }) => kid === leaked.kid);
  expect(dropped?.verifiesUntil).toBe(world.clock.now() / 1000);
  world.pass(3600);

  await run();

  expect((await readPublishedKeys(world.table)).find(({ kid }) => kid === leaked.kid)).toEqual(dropped);
});

describe('every other entry of Document Engine', () => {
  test('is ended by one call and without a pause, if an expiry in the past is accepted', async () => {
    const { world, run } = await leak({ behaviour: { formerCurrent: { keptForSeconds: 30 * 86_400 } } });
    const clock = impatient(world.clock);
    world.calls.begin();

    await run({ clock });

    // The deadline of each phase sleeps, too.
    expect(clock.pauses.filter((pause) => pause < 120_000)).toEqual([]);
    const ended = world.calls.made.filter((call) => /POST \/api\/secrets\/jwt\/\d/.test(call));
    expect(ended.length).toBeGreaterThan(1);
    expect(ended).toHaveLength(new Set(ended).size);
    expect(world.entries()).toHaveLength(1);
  });

  test('is ended after a short wait, if an expiry in the past is refused', async () => {
    const { world, leaked, run } = await leak();
    const now = (): number => world.clock.now() / 1000;
    const changeExpiry = world.documentEngine.changeExpiry.bind(world.documentEngine);
    world.documentEngine.changeExpiry = (id, expiresAt) =>
      expiresAt <= now()
        ? Promise.reject(new DocumentEngineRefusalError('POST /api/secrets/jwt/{id}', 400))
        : changeExpiry(id, expiresAt);
    const clock = {
      now: () => world.clock.now(),
      sleep: (pause: number) => {
        // The deadline of each phase sleeps, too.
        if (pause < 120_000) world.clock.advance(pause);
        return Promise.resolve();
      },
    };

    const kid = await run({ clock });

    expect(world.entries()).toMatchObject([{ thumbprint: kid, expiresAt: undefined }]);
    expect(world.accepts(leaked)).toBe(false);
  });
});

describe('an emergency that is run again', () => {
  /** Kills it after a number of reports, and lets its lease run out. */
  async function interrupted(done: number) {
    const world = await leak();
    let left = done;
    const killed = world.run({
      report: () => {
        if ((left -= 1) === 0) throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    world.world.pass(3600);
    return world;
  }

  test('continues with the key that it has made', async () => {
    const { world, run, reports } = await interrupted(1);
    const current = world.entries().find(({ expiresAt }) => expiresAt === undefined);

    expect(await run()).toBe(current?.thumbprint);
    expect(reports[0]).toMatch(/Document Engine has the new key/);
  });

  test('does not return to its key after that was replaced, because it may have leaked too', async () => {
    const { world, run } = await interrupted(2);
    const abandoned = (await world.secret.labels()).versionWith('AWSCURRENT') ?? '';
    const { kid } = await pendingPair(world.secret, abandoned, 'ES256');
    const { secretString } = await generateSigningKey('ES256', world.clock);
    await world.secret.write(randomUUID(), secretString, 'AWSCURRENT');
    world.dropPending();

    const next = await run();

    expect(next).not.toBe(kid);
    expect(world.entries()).toMatchObject([{ thumbprint: next, expiresAt: undefined }]);
    expect(world.published()[kid]).toBe('dropped');
  });
});

test('after a fault in any one call, running it again completes the emergency', async () => {
  let cases = 0;
  const { world: undisturbed, run: runUndisturbed } = await leak();
  undisturbed.calls.begin();
  await runUndisturbed();
  const count = undisturbed.calls.made.length;
  const all = Array.from({ length: count }, (_, call) =>
    FAULTS.map((fault) => [call, fault] as const),
  ).flat();
  for (const [call, fault] of some(all, 8)) {
    const { world, leaked, former, run } = await leak();
    world.calls.begin(call, fault);
    const failure: unknown = await run().catch((error: unknown) => error);
    world.calls.begin();
    cases += 1;

    const kid = failure instanceof Error ? await run() : String(failure);

    expect(inspect(failure)).not.toContain('PRIVATE');
    expect(world.entries()).toMatchObject([{ thumbprint: kid, expiresAt: undefined }]);
    expect(world.accepts(leaked)).toBe(false);
    expect((await world.process().mint()).kid).toBe(kid);
    expect(Object.values(world.published()).filter((state) => state !== 'dropped')).toEqual(['current']);
    // A scheduled rotation is possible again.
    await world.rotate();
    world.pass(2 * overlapOf(3600));
    expect(world.entries()).toHaveLength(1);
    expect(world.refusals.filter(({ kid: refused }) => refused !== leaked.kid && refused !== former)).toEqual(
      [],
    );
  }
  process.stdout.write(`emergency under faults: ${cases} cases\n`);
});
