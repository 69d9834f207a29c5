import { describe, expect, jest, test } from '@jest/globals';
import { rotateInEmergency, ROTATION_STEPS, RotationUnderWayError } from '../../../lib/rotation/index.ts';
import { DeadlineOverError, outsideDeadline } from '../../../lib/runtime/deadline.ts';
import { leaseItem } from '../../../lib/table/index.ts';
import { size } from '../../support/jest/suites.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';
import { NOON } from '../../support/runtime/clock.ts';

// Each call of a rotation is one case, with real keys and signatures.
jest.setTimeout(300_000);

/** Everyday, every other call is enough to notice work that does not look at its deadline. */
const EVERY = size(2, 1);

const emergency = ({ dependencies }: RotationWorld): Promise<string> =>
  rotateInEmergency({ ...dependencies, replaceProcesses: () => Promise.resolve(), report: () => undefined });

interface Thawed {
  readonly error: unknown;
  /** The calls after the thaw. */
  readonly calls: readonly string[];
}

/**
 * Freezes a run after one of its calls has taken effect. Ten minutes pass, and others act, before it is thawed.
 *
 * @param call - the index of the call
 * @returns undefined if the run makes fewer calls
 */
async function frozenAfter(
  call: number,
  world: RotationWorld,
  run: () => Promise<unknown>,
  others: () => Promise<unknown>,
): Promise<Thawed | undefined> {
  const state = { thawed: false };
  world.calls.begin();
  world.calls.frozen = async (made) => {
    if (state.thawed || made !== call) return;
    world.calls.frozen = () => undefined;
    world.pass(600);
    await outsideDeadline(others);
    world.calls.begin();
    state.thawed = true;
  };
  const error: unknown = await run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return state.thawed ? { error, calls: [...world.calls.made] } : undefined;
}

const currentAt = (world: RotationWorld): (string | undefined)[] =>
  world.entries().flatMap(({ thumbprint, expiresAt }) => (expiresAt === undefined ? [thumbprint] : []));

test.each(ROTATION_STEPS.map((step, index) => [step, index] as const))(
  'a rotation that was frozen in %s and thawed after its lease was taken over does not touch Document Engine',
  async (step, index) => {
    let call = 0;
    for (; ; call += EVERY) {
      const world = await RotationWorld.create({ checked: 'first and last second' });
      await world.process().mint();
      const version = world.beginRotation();
      for (const before of ROTATION_STEPS.slice(0, index)) await world.rotation.run(before, version, 60);
      let kid: string | undefined;
      const thawed = await frozenAfter(
        call,
        world,
        () => world.rotation.run(step, version, 60),
        async () => (kid = await emergency(world)),
      );
      if (thawed === undefined) break;

      expect(thawed).toEqual({ error: expect.any(DeadlineOverError), calls: [] });
      expect(currentAt(world)).toEqual([kid]);
      expect(world.entries()).toHaveLength(1);
      expect((await world.process().mint()).kid).toBe(kid);
    }
    expect(call).toBeGreaterThan(4);
  },
);

test('an emergency that was frozen and thawed after others completed it and rotated again does not touch Document Engine', async () => {
  let call = 0;
  for (; ; call += EVERY) {
    const world = await RotationWorld.create({ checked: 'first and last second' });
    await world.process().mint();
    const thawed = await frozenAfter(
      call,
      world,
      () => emergency(world),
      async () => {
        await emergency(world);
        await world.process().mint();
        await world.rotate();
      },
    );
    if (thawed === undefined) break;

    expect(thawed.calls).toEqual([]);
    const { kid } = await world.process().mint();
    expect(currentAt(world)).toEqual([kid]);
    expect(world.entries()).toHaveLength(2);
  }
  expect(call).toBeGreaterThan(15);
});

describe('a rotation whose clock is wrong, so that another has taken its lease early,', () => {
  const DANGEROUS = [
    'Document Engine: POST /api/secrets/jwt/rotate',
    'Secrets Manager: UpdateSecretVersionStage',
  ];

  test('neither rotates Document Engine nor moves AWSCURRENT, not even in a repeat of the step', async () => {
    for (const repeated of [false, true]) {
      for (let call = 0; ; call += 1) {
        const world = await RotationWorld.create();
        await world.process().mint();
        const version = world.beginRotation();
        for (const step of ROTATION_STEPS.slice(0, 3)) await world.rotation.run(step, version, 60);
        if (repeated) {
          world.calls.begin(14, 'killed after');
          await expect(world.rotation.run('finishSecret', version, 60)).rejects.toThrow();
        }
        const lease = { lost: false };
        world.calls.begin();
        world.calls.frozen = (made) => {
          if (made !== call) return;
          lease.lost = true;
          world.table.store(leaseItem('another', 'rotation', NOON + 3600));
        };

        const error: unknown = await world.rotation
          .run('finishSecret', version, 60)
          .catch((it: unknown) => it);

        if (!lease.lost) break;
        // The call that follows the look at the lease cannot be stopped any more.
        const later = world.calls.made.slice(call + 2);
        expect(later.filter((made) => DANGEROUS.includes(made))).toEqual([]);
        if (!world.labels(version).includes('AWSCURRENT'))
          expect(error).toBeInstanceOf(RotationUnderWayError);
      }
    }
  });
});
