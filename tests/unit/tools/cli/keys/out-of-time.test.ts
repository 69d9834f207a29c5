import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { generateSigningKey } from '../../../../../lib/rotation/index.ts';
import { spkiOf, type KeyPair } from '../../../../../lib/signing-keys/index.ts';
import { inWords, runParts } from '../../../../../tools/cli/keys/out-of-time.ts';
import { completeRotation, rotateTo } from '../../../../../tools/cli/keys/replaced-while-running.ts';
import { place, signWithNext } from '../../../../../tools/cli/keys/taken-from-environment.ts';
import { withdraw } from '../../../../../tools/cli/keys/withdraw-key.ts';
import { RotationWorld } from '../../../../support/rotation/rotation-world.ts';

const AGAIN = 'import key.pem --stage prod';
const SLEEP = 8 * 3600;

/** Lets the computer sleep for eight hours after the first call of this name. */
function sleepAfter(world: RotationWorld, name: string): void {
  world.calls.begin();
  world.calls.frozen = (call) => {
    if (world.calls.made[call] !== name) return;
    world.calls.frozen = () => undefined;
    world.pass(SLEEP);
    world.calls.begin();
  };
}

const newPair = async (world: RotationWorld): Promise<KeyPair> =>
  (await generateSigningKey('ES256', world.clock)).pair;

const messageOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('an import on a computer that sleeps in the middle of a step', () => {
  test.each([
    [
      'Secrets Manager: PutSecretValue',
      [],
      ['waits in Secrets Manager', 'has its public key', 'accepts its tokens', 'stage signs'],
    ],
    [
      'Document Engine: POST /api/secrets/jwt',
      ['waits in Secrets Manager'],
      ['has its public key', 'accepts its tokens', 'stage signs'],
    ],
    [
      'Document Engine: POST /api/secrets/jwt/rotate',
      ['waits in Secrets Manager', 'has its public key', 'accepts its tokens'],
      ['stage signs'],
    ],
  ])('stops after %s, says how far it is, and continues when it is run again', async (call, done, open) => {
    const world = await RotationWorld.create();
    await world.process().mint();
    const pair = await newPair(world);
    sleepAfter(world, call);

    const message = await messageOf(rotateTo(pair, world.dependencies, AGAIN, () => undefined));

    expect(world.calls.made).toEqual([]);
    const [, doneLine = '', openLine = ''] =
      /stopped\.\n(?:Done: (.*)\.\n)?Not finished: (.*)\.\n/.exec(message) ?? [];
    for (const [line, states] of [
      [doneLine, done],
      [openLine, open],
    ] as const) {
      expect(line.split('; ').filter(Boolean)).toEqual(states.map((state) => expect.stringContaining(state)));
    }
    expect(message).toContain('To continue, run `npm run keys -- import key.pem --stage prod` again.');

    await rotateTo(pair, world.dependencies, AGAIN, () => undefined);

    expect((await world.process().mint()).kid).toBe(pair.kid);
    expect(world.refusals).toEqual([]);
  });

  test('stops after AWSCURRENT has moved, and is completed when it is run again', async () => {
    const world = await RotationWorld.create();
    await world.process().mint();
    const pair = await newPair(world);
    sleepAfter(world, 'Secrets Manager: UpdateSecretVersionStage');
    expect(await messageOf(rotateTo(pair, world.dependencies, AGAIN, () => undefined))).toMatch(
      /Not finished: the stage signs/,
    );
    expect(world.calls.made).toEqual([]);

    await completeRotation(world.dependencies, AGAIN);

    expect(Object.values(world.published()).toSorted()).toEqual(['current', 'previous']);
  });
});

describe('an emergency on a computer that sleeps in the middle of a phase', () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('stops, says that AWSCURRENT is not moved for certain, and continues when it is run again', async () => {
    const world = await RotationWorld.create({ checked: 'first and last second' });
    const leaked = await world.process().mint();
    const stage = { options: '--stage prod', replaceProcesses: () => Promise.resolve() };
    sleepAfter(world, 'Secrets Manager: UpdateSecretVersionStage');

    const message = await messageOf(withdraw(stage, world.dependencies));

    expect(world.calls.made).toEqual([]);
    expect(lines).toEqual(['ok  Document Engine has the new key as its current one']);
    expect(message).toMatch(/^Done: Document Engine has the new key[^;]*\.$/m);
    expect(message).toMatch(
      /^Not finished: AWSCURRENT .*; Document Engine holds no other key .*; Processes .*\.$/m,
    );
    expect(message).toContain('run `npm run keys -- rotate --emergency --stage prod` again.');

    const kid = await withdraw(stage, world.dependencies);

    expect(world.accepts(leaked)).toBe(false);
    expect(world.entries()).toMatchObject([{ thumbprint: kid }]);
    expect((await world.process().mint()).kid).toBe(kid);
  });
});

describe('with rotation off, a change of the key on a computer that sleeps in the middle', () => {
  /** Document Engine restarts with a key that was placed before. */
  async function waiting(world: RotationWorld): Promise<KeyPair> {
    const pair = await newPair(world);
    expect(await place(pair, world.dependencies)).toBe('waits');
    await world.documentEngine.rotateSecret(spkiOf(pair.publicKey));
    return pair;
  }

  async function rotationOff(): Promise<RotationWorld> {
    const world = await RotationWorld.create();
    world.enableRotation(false);
    await world.process().mint();
    return world;
  }

  const noProcesses = (): Promise<void> => Promise.resolve();

  test('does not move AWSCURRENT any more, and says which command continues', async () => {
    const world = await rotationOff();
    await waiting(world);
    const former = (await world.secret.labels()).versionWith('AWSCURRENT');
    sleepAfter(world, 'Document Engine: POST /api/revoke');

    const message = await messageOf(signWithNext(world.dependencies, noProcesses, 'rotate --stage prod'));

    expect(message).toContain('`npm run keys -- rotate --stage prod`');
    expect(world.calls.made).toEqual([]);
    expect((await world.secret.labels()).versionWith('AWSCURRENT')).toBe(former);
  });

  test('does not withdraw the public key of another person, who has changed the key meanwhile', async () => {
    const world = await rotationOff();
    await waiting(world);
    let newest: KeyPair | undefined;
    const others = async (): Promise<void> => {
      await signWithNext(world.dependencies, noProcesses, '');
      newest = await waiting(world);
      await signWithNext(world.dependencies, noProcesses, '');
    };

    const message = await messageOf(signWithNext(world.dependencies, others, 'rotate --stage prod'));

    expect(message).toMatch(/Another run has replaced the key/);
    expect(world.published()).toMatchObject({ [newest?.kid ?? '']: 'current' });
  });
});

test('an error that is not about time is passed on unchanged', async () => {
  const error = new Error('refused');
  await expect(runParts([{ done: 'it is', run: () => Promise.reject(error) }], '')).rejects.toBe(error);
  expect(inWords(error, [], ['it'], '')).toBe(error);
});
