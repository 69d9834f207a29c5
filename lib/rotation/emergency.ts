import { randomUUID } from 'node:crypto';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import { Deadline } from '../runtime/deadline.ts';
import { MINUTE, toMilliseconds, toSeconds, type Seconds } from '../runtime/time.ts';
import {
  changePublishedKey,
  publishKey,
  readPublishedKeys,
  spkiOf,
  type KeyPair,
} from '../signing-keys/index.ts';
import { DocumentEngineUnexpectedError } from './errors.ts';
import { generateSigningKey } from './generate.ts';
import { pendingPair, writePending } from './pairs.ts';
import { probe } from './probe.ts';
import { endEntries, KeyList, longPast } from './key-list.ts';
import { unfinishedEmergency } from './lease/held-lease.ts';
import { Lease } from './lease/lease.ts';
import type { RotationDependencies } from './rotation-run.ts';

/** The time for each phase that needs the lease. */
const PHASE: Seconds = 2 * MINUTE;

/** The phases of an emergency rotation in their order, as they are reported once they are done. */
export const EMERGENCY_PHASES = [
  'Document Engine has the new key as its current one',
  'AWSCURRENT is on the new key: processes that start, or refresh their key, sign with it',
  'Document Engine holds no other key any more, as its list shows',
  'AWSPREVIOUS is gone, and no other public key is published',
  'Processes that held the former key are replaced',
] as const;

export interface EmergencyDependencies extends Omit<
  RotationDependencies,
  'predecessor' | 'interval' | 'log'
> {
  /** Replaces every process that may hold the leaked key. Changing the configuration of the functions does that. */
  readonly replaceProcesses: () => Promise<void>;
  /** Receives the sentence of {@link EMERGENCY_PHASES} after each completed phase, and one if it discards another rotation. */
  readonly report: (done: string) => void;
}

/**
 * Replaces a leaked signing key at once: tokens of this key, and of every key before it, no longer verify. All users lose
 * their tokens, and clients request new ones. If it fails or is killed, run it again: it completes the remaining phases.
 *
 * Sessions that a forged token has opened may stay open at Document Engine until it is restarted: revoking works by `jti`,
 * and the `jti` of a forged token is not known.
 *
 * @returns the `kid` of the new key
 * @throws RotationUnderWayError while a rotation runs, and for at most two and a half minutes after one has crashed;
 * DeadlineOverError if a phase takes more than two minutes, also because the process stood still. It makes no call after that
 * @throws DocumentEngineUnexpectedError if Document Engine does not accept the new key, or keeps another one. Errors of the
 * Document Engine client, the table and the SDK are passed on
 */
export async function rotateInEmergency(dependencies: EmergencyDependencies): Promise<string> {
  const { secret, documentEngine, table, clock, longestLife, report } = dependencies;
  const keys = new KeyList(documentEngine);
  const [replaced, moved, ended, dropped, restarted] = EMERGENCY_PHASES;

  const { lease, pair } = await inTime(clock, async (deadline) => {
    const lease = await begin(dependencies, deadline);
    const pair = await newPair(lease.version, dependencies);
    await lease.renew();
    await keys.rotate(spkiOf(pair.publicKey));
    await assureAccepted(pair, dependencies);
    return { lease, pair };
  });
  report(replaced);

  const { version } = lease;
  const phase = async (work: () => Promise<void>, done: string): Promise<void> => {
    await inTime(clock, async (deadline) => {
      await lease.renew(deadline);
      await work();
    });
    report(done);
  };
  await phase(async () => {
    const createdAt = await secret.keySince(version);
    const made = { ...pair, createdAt: createdAt && toSeconds(createdAt) };
    await publishKey(table, made, 'current', longestLife);
    const former = (await secret.labels()).versionWith('AWSCURRENT');
    if (former !== version) await secret.makeCurrent(version, former ?? '');
  }, moved);
  await phase(async () => {
    await endEntries(keys, await keys.others(), clock);
    // The list that is read afterwards must show the current key alone: a delayed request may have added an entry meanwhile.
    await keys.shorten(() => longPast(clock));
    // The only key that is left accepts the new tokens, so its entry is this stage's.
    await assureAccepted(pair, dependencies);
    const current = (await keys.current())?.id;
    if (current !== undefined) await publishKey(table, pair, 'current', longestLife, [current]);
  }, ended);
  await phase(async () => {
    const previous = (await secret.labels()).versionWith('AWSPREVIOUS');
    if (previous !== undefined) await secret.takeOff('AWSPREVIOUS', previous);
    await dropAllOthers(pair, dependencies);
  }, dropped);

  // Needs no lease: a process that is replaced too often loses nothing.
  await dependencies.replaceProcesses();
  report(restarted);
  await lease.end();
  return pair.kid;
}

/** Runs a phase under its own deadline. The lease is held for longer, see {@link Lease}. */
function inTime<Result>(clock: Clock, work: (deadline: Deadline) => Promise<Result>): Promise<Result> {
  const deadline = Deadline.after(clock, toMilliseconds(PHASE));
  return deadline.run(() => work(deadline));
}

/** Tells whether an emergency rotation is unfinished. Until it is run again and finishes, every other rotation is refused. */
export async function isEmergencyUnfinished({
  table,
}: Pick<EmergencyDependencies, 'table'>): Promise<boolean> {
  return (await unfinishedEmergency(table)) !== undefined;
}

/** Takes the lease, under the version of an unfinished run if there is one, and detaches the version of a stuck rotation. */
async function begin(
  { secret, table, clock, report }: EmergencyDependencies,
  deadline: Deadline,
): Promise<Lease> {
  const labels = await secret.labels();
  const unfinished = await unfinishedEmergency(table);
  const continues =
    unfinished !== undefined &&
    ([labels.versionWith('AWSPENDING'), labels.versionWith('AWSCURRENT')].includes(unfinished) ||
      // That run took the lease and was killed before it made a key.
      (await secret.read(unfinished)) === undefined);
  const version = continues ? unfinished : randomUUID();
  const lease = await Lease.take(table, clock, version, deadline, 'emergency');
  const stuck = labels.versionWith('AWSPENDING');
  if (stuck !== undefined && stuck !== version && stuck !== labels.versionWith('AWSCURRENT')) {
    await secret.takeOff('AWSPENDING', stuck);
    report('A rotation that was under way is discarded');
  }
  return lease;
}

async function newPair(
  version: string,
  { secret, algorithm, clock }: EmergencyDependencies,
): Promise<KeyPair> {
  if ((await secret.read(version)) === undefined) {
    const { secretString } = await generateSigningKey(algorithm, clock);
    await writePending(secret, version, secretString, algorithm);
  }
  return pendingPair(secret, version, algorithm);
}

async function assureAccepted(
  pair: KeyPair,
  { documentEngine, clock, probeDocumentId }: EmergencyDependencies,
): Promise<void> {
  const [accepted] = await probe([pair], documentEngine, clock, probeDocumentId);
  if (accepted === true) return;
  throw new DocumentEngineUnexpectedError(
    'Document Engine does not accept the new key, although it was rotated to it. Check that its JWT_ALGORITHM is the ' +
      'stage parameter "algorithm" and its REPLACE_SECRETS_FROM_ENV is false',
  );
}

async function dropAllOthers(pair: KeyPair, { table, clock }: EmergencyDependencies): Promise<void> {
  const others = (await readPublishedKeys(table)).filter(({ kid }) => kid !== pair.kid);
  await Promise.all(
    others.map(({ kid }) =>
      changePublishedKey(table, kid, (key) =>
        key && key.state !== 'dropped'
          ? // The end that is recorded stays: the key check recognizes the key's entry by it.
            { ...key, state: 'dropped', verifiesUntil: key.verifiesUntil ?? secondsOf(clock) }
          : undefined,
      ),
    ),
  );
}
