import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { size, some } from '../../support/jest/suites.ts';
import { LONGEST_CACHE_LIFE, overlapOf } from '../../../lib/signing-keys/index.ts';
import { ROTATION_STEPS } from '../../../lib/rotation/index.ts';
import { EVERY_LIST_BEHAVIOUR, nameOf, type Behaviour } from '../../support/document-engine/behaviours.ts';
import { FAULTS, type Fault } from '../../support/rotation/rotation-faults.ts';
import { type Refusal } from '../../support/rotation/live-tokens.ts';
import { RotationWorld, type WorldOptions } from '../../support/rotation/rotation-world.ts';

// Thousands of rotations, each with real keys and signatures.
jest.setTimeout(1_800_000);

const DAY = 86_400;
const CACHE_LIFE = LONGEST_CACHE_LIFE / 1000;

// Each fault of each call is tried with each of the three treatments of an identical key, and with one of the four treatments
// of a former current key. `EVERY_FAULT=1 npm run test:full -- rotation-faults` tries all twelve combinations; it takes minutes.
const SHARES = process.env['EVERY_FAULT'] === '1' ? 1 : size(16, 4);

let cases = 0;
afterAll(() => {
  process.stdout.write(`rotation under faults: ${cases} cases\n`);
});

interface Case {
  readonly options: WorldOptions;
  /** The index of the step with the faulty call, and the index of the call in it. */
  readonly step: number;
  readonly call: number;
  readonly fault: Fault;
}

/** Counts the calls of each step without any fault. */
async function callsOfSteps(options: WorldOptions): Promise<number[]> {
  const world = await RotationWorld.create(options);
  if (options.begins !== 'none') await world.process().mint();
  const version = world.beginRotation();
  const counts: number[] = [];
  for (const step of ROTATION_STEPS) {
    world.calls.begin();
    await world.rotation.run(step, version, 120);
    counts.push(world.calls.made.length);
  }
  return counts;
}

const now = (world: RotationWorld): number => Math.floor(world.clock.now() / 1000);

/** Injects a fault into one call, repeats the failed steps, and checks every token until it expires. */
async function goThrough({ options, step, call, fault }: Case): Promise<readonly Refusal[]> {
  cases += 1;
  const world = await RotationWorld.create(options);
  const signs = options.begins !== 'none';
  const version = world.beginRotation();
  for (const before of ROTATION_STEPS.slice(0, step)) await world.rotation.run(before, version, 120);
  let late = world.process();
  if (signs) await late.mint();

  world.calls.begin(call, fault);
  const failed = await world.rotation.run(ROTATION_STEPS[step] ?? 'finishSecret', version, 120).then(
    () => false,
    () => true,
  );
  world.calls.begin();
  if (failed) {
    // Secrets Manager may retry at once or much later, and may begin from the first step.
    if (call % 3 === 0) {
      if (signs) await world.process().mint();
      world.pass(DAY);
    }
    if (signs) {
      late = world.process();
      await late.mint();
    }
  }
  for (const next of ROTATION_STEPS.slice(failed ? (call % 2) * step : step + 1)) {
    await world.rotation.run(next, version, 120);
  }
  const finished = now(world);

  const published = world.published();
  const [kid = ''] = Object.keys(published).filter((one) => published[one] === 'current');
  const states = Object.values(published).toSorted();
  const [current, ...others] = world
    .entries()
    .toSorted((one, other) => (one.expiresAt ?? 0) - (other.expiresAt ?? 0));
  const predecessorsEnd = world.predecessorToken?.exp;
  expect({
    states,
    labels: world.labels(version),
    current,
    outlives: others.filter(
      ({ expiresAt = Infinity }) =>
        expiresAt > finished + overlapOf(world.longestLife) && expiresAt > (predecessorsEnd ?? 0),
    ),
  }).toEqual({
    states: signs ? ['current', 'previous'] : ['current'],
    labels: ['AWSCURRENT', 'AWSPENDING'],
    current: { id: expect.any(Number), thumbprint: kid, expiresAt: undefined },
    outlives: [],
  });

  // The last process that has fetched the old key cannot reach Secrets Manager from now on.
  late.reachesSecretsManager = false;
  if (signs) {
    await world.process().mint();
    const fetched = now(world);
    world.pass(CACHE_LIFE - 1 - (now(world) - fetched));
    await late.mint();
  }
  world.pass(overlapOf(world.longestLife) - CACHE_LIFE + 2);
  if (predecessorsEnd !== undefined) world.pass(predecessorsEnd - now(world) + 1);
  expect(world.entries()).toMatchObject([{ thumbprint: kid, expiresAt: undefined }]);
  return world.refusals;
}

/** Tells whether Document Engine may drop a key between `rotate` and the call that adds it again. No other gap is allowed. */
const onlyInGap = ({ identicalKey, formerCurrent }: Behaviour): boolean =>
  identicalKey !== 'second-entry' &&
  (typeof formerCurrent === 'string' || formerCurrent.keptForSeconds < overlapOf(3600));

async function goThroughAll(
  behaviour: Behaviour,
  options: WorldOptions,
  faults: readonly Fault[],
  share: number,
): Promise<void> {
  const counts = await callsOfSteps(options);
  for (const [step, count] of counts.entries()) {
    for (let call = 0; call < count; call += 1) {
      for (const [index, fault] of faults.entries()) {
        if ((call + index + share) % SHARES !== 0) continue;
        const refusals = await goThrough({ options, step, call, fault });
        const unexpected = onlyInGap(behaviour) ? refusals.filter(({ inGap }) => !inGap) : refusals;
        expect({ step: ROTATION_STEPS[step], call, fault, unexpected }).toMatchObject({ unexpected: [] });
      }
    }
  }
}

const BEHAVIOURS = EVERY_LIST_BEHAVIOUR.map(
  (behaviour, share) => [nameOf(behaviour), behaviour, share] as const,
);

describe.each(some(BEHAVIOURS, 2))('with a Document Engine of %s', (_name, behaviour, share) => {
  test('after a fault in any one call of a rotation, no token is refused and a repeat completes it', async () => {
    await goThroughAll(behaviour, { behaviour }, FAULTS, share);
  });

  test("after a fault in any one call of the first rotation, the predecessor's tokens are accepted until they expire", async () => {
    const options = { behaviour, begins: 'none', predecessor: true } as const;
    await goThroughAll(behaviour, options, ['answer lost', 'killed', 'killed after'], share);
  });
});
