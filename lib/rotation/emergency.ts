import { randomUUID } from 'node:crypto';
import { secondsOf } from '../runtime/clock.ts';
import { MINUTE, toMilliseconds, type Seconds } from '../runtime/time.ts';
import {
  changePublishedKey,
  publishKey,
  readPublishedKeys,
  spkiOf,
  type KeyPair,
} from '../signing-keys/index.ts';
import { DocumentEngineUnexpectedError } from './errors.ts';
import { generateSigningKey } from './generate.ts';
import { pendingPair } from './pairs.ts';
import { probe } from './probe.ts';
import { KeyList, longPast } from './key-list.ts';
import { Lease, unfinishedEmergency } from './lease.ts';
import type { RotationDependencies } from './rotation-run.ts';

/** For how long the lease is taken; it is renewed on the way. */
const RUN: Seconds = 2 * MINUTE;

/** If an entry cannot be ended at once, it ends so much later. */
const SOON: Seconds = 10;

/** The dependencies of a rotation in an emergency. */
export interface EmergencyDependencies extends Omit<
  RotationDependencies,
  'predecessor' | 'interval' | 'log'
> {
  /** Replaces every process that may hold the leaked key; a changed configuration of the functions does. */
  readonly replaceProcesses: () => Promise<void>;
  /** Told of each thing that is done, in one sentence. */
  readonly report: (done: string) => void;
}

/**
 * Replaces a signing key that has leaked, at once: no token of it, or of any key before it, verifies any more.
 * Everybody's tokens end, and clients get new ones. Can be run again after it failed or was killed, and then does what is left.
 *
 * Sessions that were opened with a forged token before may live on at Document Engine until it is restarted: revoking
 * works by `jti`, and those of forged tokens are not known.
 *
 * @returns the `kid` of the new key
 * @throws RotationUnderWayError while a rotation runs, for two minutes at most after it has crashed;
 * DocumentEngineUnexpectedError, or what the Document Engine client, the table and the SDK throw
 */
export async function rotateInEmergency(dependencies: EmergencyDependencies): Promise<string> {
  const { secret, documentEngine, table, longestLife, report } = dependencies;
  const keys = new KeyList(documentEngine);
  const lease = await begin(dependencies);
  const { version } = lease;
  const pair = await newPair(version, dependencies);

  await keys.rotate(spkiOf(pair.publicKey));
  await assureAccepted(pair, dependencies);
  report('Document Engine has the new key as its current one');

  await lease.renew(RUN);
  await publishKey(table, pair, 'current', longestLife);
  const former = (await secret.labels()).versionWith('AWSCURRENT');
  if (former !== version) await secret.makeCurrent(version, former ?? '');
  report('AWSCURRENT is on the new key: processes that start, or refresh their key, sign with it');

  await lease.renew(RUN);
  await endAllOthers(keys, dependencies);
  report('Document Engine holds no other key any more, as its list shows');

  const previous = (await secret.labels()).versionWith('AWSPREVIOUS');
  if (previous !== undefined) await secret.takeOff('AWSPREVIOUS', previous);
  await dropAllOthers(pair, dependencies);
  report('AWSPREVIOUS is gone, and no other public key is published');

  await dependencies.replaceProcesses();
  report('Processes that held the former key are replaced');
  await lease.end();
  return pair.kid;
}

/** Tells whether an emergency was begun and has not come to its end: until it is run again and has, no rotation does anything. */
export async function isEmergencyUnfinished({
  table,
}: Pick<EmergencyDependencies, 'table'>): Promise<boolean> {
  return (await unfinishedEmergency(table)) !== undefined;
}

/** Takes the lease, under the version of a run before that did not come to its end, and clears a stuck rotation away. */
async function begin({ secret, table, clock, report }: EmergencyDependencies): Promise<Lease> {
  const labels = await secret.labels();
  const unfinished = await unfinishedEmergency(table);
  const goesOn =
    unfinished !== undefined &&
    ([labels.versionWith('AWSPENDING'), labels.versionWith('AWSCURRENT')].includes(unfinished) ||
      // It had come no further than to take the lease.
      (await secret.read(unfinished)) === undefined);
  const version = goesOn ? unfinished : randomUUID();
  const lease = await Lease.take(table, clock, version, RUN, 'emergency');
  const stuck = labels.versionWith('AWSPENDING');
  if (stuck !== undefined && stuck !== version && stuck !== labels.versionWith('AWSCURRENT')) {
    await secret.takeOff('AWSPENDING', stuck);
    report('A rotation that was under way is given up');
  }
  return lease;
}

async function newPair(
  version: string,
  { secret, algorithm, clock }: EmergencyDependencies,
): Promise<KeyPair> {
  if ((await secret.read(version)) === undefined) {
    const { secretString } = await generateSigningKey(algorithm, clock);
    await secret.write(version, secretString, 'AWSPENDING');
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

/** The list that is read back must show the current key alone. */
async function endAllOthers(keys: KeyList, { clock }: EmergencyDependencies): Promise<void> {
  const past = longPast(clock);
  let refused = false;
  for (const { id } of await keys.others()) {
    if ((await keys.changeExpiry(id, past)) === undefined) continue;
    // What it does with an expiry that is past is not documented. A moment ahead will do.
    refused = true;
    await keys.changeExpiry(id, secondsOf(clock) + SOON);
  }
  if (refused) await clock.sleep(toMilliseconds(2 * SOON));
  await keys.shorten(() => past);
}

async function dropAllOthers(pair: KeyPair, { table, clock }: EmergencyDependencies): Promise<void> {
  const others = (await readPublishedKeys(table)).filter(({ kid }) => kid !== pair.kid);
  await Promise.all(
    others.map(({ kid }) =>
      changePublishedKey(table, kid, (key) =>
        key && key.state !== 'dropped'
          ? { ...key, state: 'dropped', verifiesUntil: secondsOf(clock) }
          : undefined,
      ),
    ),
  );
}
