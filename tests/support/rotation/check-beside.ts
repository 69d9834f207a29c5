import { expect } from '@jest/globals';
import { checkKeys, rotateInEmergency, ROTATION_STEPS } from '../../../lib/rotation/index.ts';
import { longPast } from '../../../lib/rotation/key-list.ts';
import { secondsOf } from '../../../lib/runtime/clock.ts';
import { HOUR, MINUTE, type Seconds } from '../../../lib/runtime/time.ts';
import { KEYS_PARTITION, LEASE_KEY } from '../../../lib/table/index.ts';
import { RotationWorld, type WorldOptions } from './rotation-world.ts';
import { observeRuns, Run, type Stop } from './two-runs.ts';

/** The loss at Document Engine before the two runs begin: nothing, the key before the one that signs, or all keys. */
export type Lost = 'nothing' | 'previous' | 'all';

/** The run beside the key check. */
export type Beside = 'rotation' | 'emergency' | 'check';

/** One schedule: a stop in one of the two runs, and one in the other. */
export interface Schedule {
  readonly options: WorldOptions;
  readonly lost: Lost;
  readonly beside: Beside;
  /** The run that begins. */
  readonly first: 'check' | 'beside';
  /** The index of the call at which the first run stops. */
  readonly at: number;
  readonly stop: Stop;
  /** The index of the call at which the second run stands still until the first has ended; Infinity: it does not. */
  readonly until: number;
}

/** The calls of both runs, in their order. */
export interface Played {
  readonly first: readonly string[];
  readonly second: readonly string[];
}

/**
 * Plays a schedule for each call of the run that begins.
 *
 * @param schedule - all but the stop's place
 * @param every - everyday, some of the calls are enough
 * @returns the number of calls at which it could stop
 */
export async function playAll(
  schedule: Omit<Schedule, 'at' | 'options' | 'until'>,
  every = 1,
): Promise<number> {
  for (let at = 0; ; at += every) {
    const { first } = await play({ ...schedule, options: {}, at, until: Infinity });
    if (first.length <= at) return at;
  }
}

/**
 * Plays a schedule for each pair of a call of the run that begins and a call of the other one.
 *
 * @param schedule - all but the places of the stops
 * @returns the number of schedules
 */
export async function playAllPairs(schedule: Omit<Schedule, 'at' | 'options' | 'until'>): Promise<number> {
  let schedules = 0;
  for (let at = 0; ; at += 1) {
    for (let until = 0; ; until += 1) {
      const { first, second } = await play({ ...schedule, options: {}, at, until });
      schedules += 1;
      // A run that does not come as far as its stop has no more stops. How far it comes after its stop says nothing: the other may refuse it.
      if (first.length <= at) return schedules;
      if (second.length <= until) break;
    }
  }
}

/** Counts the schedules of {@link playAllPairs} from the lengths of runs that do not stand still after the other one has stopped. */
export async function countPairs(schedule: Omit<Schedule, 'at' | 'options' | 'until'>): Promise<number> {
  let pairs = 0;
  for (let at = 0; ; at += 1) {
    const { first, second } = await play({ ...schedule, options: {}, at, until: Infinity });
    // The last place in each of the two loops is the one that is no longer reached.
    if (first.length <= at) return pairs + 1;
    pairs += second.length + 1;
  }
}

/** The longest time after which Document Engine may still carry out a request. */
const LATEST: Seconds = 10 * MINUTE;

/** Makes a stage that has rotated twice, and takes keys from its Document Engine. */
async function stageWith({ options, lost }: Pick<Schedule, 'options' | 'lost'>): Promise<RotationWorld> {
  const world = await RotationWorld.create({ begins: 'none', checked: 'first and last second', ...options });
  await world.rotate();
  await world.rotate();
  if (lost === 'all') world.restartFromEnvironment();
  if (lost === 'previous')
    for (const { id, expiresAt } of world.entries())
      if (expiresAt !== undefined) await world.documentEngine.changeExpiry(id, longPast(world.clock));
  return world;
}

/** Plays a schedule, then repeats what has failed, runs the regular checks, and looks at every place in which a key stands. */
export async function play(schedule: Schedule): Promise<Played> {
  const { beside, first: which, at, stop, until } = schedule;
  const world = await stageWith(schedule);
  const version = beside === 'rotation' ? world.beginRotation() : '';
  const check = (): Promise<unknown> => checkKeys(world.dependencies);
  const other = {
    check,
    rotation: async () => {
      for (const step of ROTATION_STEPS) await world.rotation.run(step, version, 60);
    },
    emergency: () =>
      rotateInEmergency({
        ...world.dependencies,
        replaceProcesses: () => Promise.resolve(),
        report: () => undefined,
      }),
  }[beside];
  const [one, two] = which === 'check' ? [check, other] : [other, check];

  observeRuns(world);
  const first = new Run(one, at, stop);
  await first.rests;
  // The lease of a process that ended runs out. A request of it can still be under way then.
  if (stop !== 'stands still') world.pass(3 * MINUTE);
  const second = new Run(two, until);
  await second.rests;
  first.continue();
  await first.ends;
  second.continue();
  await second.ends;

  const failed = which === 'check' ? second : first;
  const label = {
    ...schedule,
    ...(failed.error !== undefined && { error: (failed.error as Error).message }),
  };
  for (let attempt = 0; failed.error !== undefined && attempt < 3; attempt += 1) {
    world.pass(3 * MINUTE);
    const again = new Run(other);
    await again.ends;
    if (again.error === undefined) break;
    if (attempt === 2) throw new Error(JSON.stringify(label), { cause: again.error });
  }
  world.pass(LATEST);
  await check();
  expect({ label, ...(await stateOf(world, beside)) }).toEqual({ label, ...SOUND });
  world.pass(5 * HOUR);
  await check();
  expect({ label, ...(await stateOf(world, beside)) }).toEqual({ label, ...SOUND });
  return { first: first.calls, second: second.calls };
}

/** The state in which nothing is wrong. */
const SOUND = { refused: [], longerThanAllowed: [], currentKeys: 1, leaseIsFree: true };

/** Compares the keys that Document Engine holds with those that it must have. */
async function stateOf(world: RotationWorld, beside: Beside): Promise<Record<keyof typeof SOUND, unknown>> {
  const now = secondsOf(world.clock);
  const keys = world.table
    .everything()
    .filter(({ pk, state }) => pk === KEYS_PARTITION && state !== undefined)
    .map(({ sk, state, verifiesUntil = Infinity }) => ({
      kid: sk,
      state: String(state),
      until: Number(verifiesUntil),
    }));
  const entries = world.entries();
  const labelled = await labelledKids(world);
  const needed = keys.filter(
    ({ kid, state, until }) =>
      state === 'current' || (state === 'previous' && until > now && labelled.includes(kid)),
  );
  const limitOf = (thumbprint: string): number => {
    const key = keys.find(({ kid }) => kid === thumbprint);
    // A key of nobody's: that of Document Engine's environment. An emergency ends it.
    if (key === undefined) return beside === 'emergency' ? -Infinity : Infinity;
    return key.state === 'dropped' ? -Infinity : key.until;
  };
  const lease = world.table.stored(LEASE_KEY);
  return {
    refused: needed.filter(({ kid }) => entries.every(({ thumbprint }) => thumbprint !== kid)),
    longerThanAllowed: entries.filter(
      ({ thumbprint, expiresAt = Infinity }) => expiresAt > limitOf(thumbprint),
    ),
    currentKeys: keys.filter(({ state }) => state === 'current').length,
    leaseIsFree: lease === undefined || Number(lease['takenUntil']) <= now,
  };
}

/** The keys that the check can register again: a label gives it their private halves for its probe. */
async function labelledKids(world: RotationWorld): Promise<string[]> {
  const labels = await world.secret.labels();
  const kids: string[] = [];
  for (const label of ['AWSCURRENT', 'AWSPREVIOUS'] as const) {
    const version = labels.versionWith(label);
    const value = version === undefined ? undefined : await world.secret.read(version);
    if (value !== undefined) kids.push(/"kid":"([^"]+)"/.exec(value)?.[1] ?? '');
  }
  return kids;
}
