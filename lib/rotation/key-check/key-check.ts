import {
  DocumentEngineUnavailableError,
  type DocumentEngineRefusalError,
  type JwtSecret,
} from '../../document-engine/index.ts';
import { Deadline } from '../../runtime/deadline.ts';
import { MINUTE, toMilliseconds, type Seconds } from '../../runtime/time.ts';
import { publishKey } from '../../signing-keys/index.ts';
import { endEntries, KeyList } from '../key-list.ts';
import { assertNoneHolds, assertNoneRuns, readLease } from '../lease/held-lease.ts';
import { assertNoEmergency, pauseRotations } from '../lease/pause.ts';
import { forgetEntries } from '../ownership/lost-entries.ts';
import { probe } from '../probe.ts';
import { register } from '../registration.ts';
import type { RotationDependencies } from '../rotation-run.ts';
import { examine, type Examination, type ExaminedKey } from './examined-keys.ts';

/** The time for registering keys again. No rotation and no emergency can begin a step in it. */
const REPAIR: Seconds = MINUTE;

/** The outcome of a check. All keys are named by their `kid`. */
export interface KeyCheck {
  /** The keys with live tokens that Document Engine did not accept. */
  readonly unknown: readonly string[];
  /** Those of them that it accepts now. */
  readonly registeredAgain: readonly string[];
  /** The others, each with the reason and the cure. */
  readonly notRegistered: readonly { readonly kid: string; readonly reason: string }[];
  /** The key that signs, if its entry would have ended too early and now lasts. */
  readonly extended?: string;
  /** The keys that verified for longer than they may, and do no more. A delayed request of an earlier check had brought them back. */
  readonly ended?: readonly string[];
  /** Says whose key is Document Engine's current one, with the cure, if it is not this stage's. */
  readonly foreign?: string;
}

/**
 * Makes sure that Document Engine accepts the key that signs and the one before it, and registers them again if it has lost them: each
 * as a further key, with the expiry that rotation gives it. Document Engine's current key stays, as it may be another stage's.
 *
 * A key counts only if Secrets Manager labels it AWSCURRENT or AWSPREVIOUS at that moment, and it was not discarded. So a key that an
 * emergency has withdrawn is never registered again: the emergency takes AWSPREVIOUS away, and no emergency can run beside this.
 *
 * Document Engine may carry out a request of a check minutes after the check stopped waiting for it, even after an emergency has read the list.
 * The next check ends an entry that such a request left.
 *
 * A repeat finds the entry of an earlier check: by its acceptance, and by the second of its expiry (see `expiryOfCheck`).
 *
 * @throws RotationUnderWayError while a rotation runs, RotationRefusedError while an emergency is unfinished, or if the key that signs
 * cannot be read. DocumentEngineUnexpectedError if probes prove nothing. Errors of the Document Engine client, the table and the SDK
 * are passed on
 */
export async function checkKeys(dependencies: RotationDependencies): Promise<KeyCheck> {
  const { clock, table, documentEngine } = dependencies;
  const held = await readLease(table);
  assertNoneHolds(held, clock);
  assertNoEmergency(held);
  const found = await examine(dependencies, new KeyList(documentEngine), held !== undefined);
  // A rotation that ran meanwhile may have changed one part after another part was read.
  await assertNoneRuns(dependencies);
  if (!needsWork(found)) return outcomeOf(found, found.keys);
  const deadline = Deadline.after(clock, toMilliseconds(REPAIR));
  return deadline.run(async () => {
    const end = await pauseRotations(table, clock, deadline);
    try {
      return await repair(dependencies, held !== undefined);
    } finally {
      await end();
    }
  });
}

function needsWork({ keys, ending, outliving, unrecorded, rotationOff }: Examination): boolean {
  if (rotationOff) return false;
  return ending !== undefined || outliving.length > 0 || unrecorded || keys.some(({ accepted }) => !accepted);
}

/** Looks again, now that no rotation can run, and registers the keys that are missing. */
async function repair(dependencies: RotationDependencies, abandoned: boolean): Promise<KeyCheck> {
  const { documentEngine, clock, probeDocumentId } = dependencies;
  const list = new KeyList(documentEngine);
  const found = await examine(dependencies, list, abandoned);
  if (!needsWork(found)) return outcomeOf(found, found.keys);
  await endEntries(list, found.outliving, clock);

  const after: AddedKey[] = [];
  let isAnswering = true;
  for (const key of found.keys) {
    // If it takes no token of the key that signs, its answer about the other key proves nothing.
    if (key.accepted || !isAnswering) after.push(key);
    else {
      const refusal = await add(key, list);
      const [accepted] = await probe([key.pair], documentEngine, clock, probeDocumentId);
      after.push({ ...key, accepted: accepted === true, ...(refusal && { refusal }) });
    }
    isAnswering = after.at(-1)?.accepted === true;
  }
  await record(found, after, list, dependencies);
  const isExtended = found.ending !== undefined && (await extend(found.ending, after, list));
  return outcomeOf(found, after, isExtended);
}

/** Document Engine did not take a key: it answered 400 or 404, or it did not serve the request. */
type NotTaken = DocumentEngineRefusalError | DocumentEngineUnavailableError;

/** A key after the repair. */
interface AddedKey extends ExaminedKey {
  readonly refusal?: NotTaken;
}

async function add({ label, registration }: ExaminedKey, list: KeyList): Promise<NotTaken | undefined> {
  try {
    // An earlier check may have added the key that signs, to a Document Engine that takes no token of it.
    if (label === 'AWSCURRENT') return (await register(list, registration)).refusal;
    // Document Engine takes other tokens, and none of this key: no entry of the list is this key's, whatever its expiry.
    return await list.add(registration.publicKey, registration.until);
  } catch (error) {
    // It has answered the probe, so users are refused now. The probe after this shows if only the answer was lost.
    if (error instanceof DocumentEngineUnavailableError) return error;
    throw error;
  }
}

/** Records the entries that were added, so that rotation knows them. */
async function record(
  found: Examination,
  after: readonly ExaminedKey[],
  list: KeyList,
  { table, longestLife }: RotationDependencies,
): Promise<void> {
  const added = after.filter(
    (key, index) =>
      key.accepted &&
      (found.keys[index]?.accepted === false || (key.label === 'AWSCURRENT' && found.unrecorded)),
  );
  if (added.length === 0) return;
  if (added.some(({ label }) => label === 'AWSCURRENT')) await forgetEntries(table);
  const entries = await list.entries();
  for (const { pair, published, registration } of added) {
    const ids = entries.filter(registration.expiry.isOn).map(({ id }) => id);
    // A published key keeps its state. Only one that no process has used yet is not published.
    await publishKey(table, pair, published === undefined ? 'current' : 'pending', longestLife, ids);
  }
}

/** @returns true if the entry lasts for long enough now */
async function extend({ id }: JwtSecret, [current]: readonly ExaminedKey[], list: KeyList): Promise<boolean> {
  if (current === undefined) return false;
  const refusal = await list.changeExpiry(
    id,
    current.registration.expiry.notBefore(current.registration.until),
  );
  return refusal === undefined;
}

function outcomeOf(found: Examination, after: readonly AddedKey[], isExtended = false): KeyCheck {
  const lost = found.keys.filter(({ accepted }) => !accepted).map(({ pair }) => pair.kid);
  const failed = after.filter(({ accepted }) => !accepted);
  const [current] = after;
  return {
    unknown: found.withdrawn === undefined ? lost : [found.withdrawn, ...lost],
    registeredAgain: lost.filter((kid) => failed.every(({ pair }) => pair.kid !== kid)),
    notRegistered: [
      ...(found.withdrawn === undefined ? [] : [{ kid: found.withdrawn, reason: WITHDRAWN }]),
      ...failed.map((key) => ({ kid: key.pair.kid, reason: reasonOf(key, found.rotationOff) })),
    ],
    ...(isExtended && current !== undefined && { extended: current.pair.kid }),
    ...(found.outliving.length > 0 && { ended: [...new Set(found.outliving.map(({ kid }) => kid))] }),
    ...(found.foreign !== undefined && { foreign: found.foreign }),
  };
}

const WITHDRAWN =
  'It was discarded or its time is over, so it is not registered again. Run "npm run keys -- rotate" for this stage';

function reasonOf({ refusal, pair }: AddedKey, rotationOff: boolean): string {
  if (rotationOff) {
    return (
      'Rotation is off, so Document Engine takes its key from its environment. Restart it with the public key that "npm run keys -- public-key" ' +
      `prints in JWT_PUBLIC_KEY, ${pair.alg} in JWT_ALGORITHM, and REPLACE_SECRETS_FROM_ENV=true`
    );
  }
  const faults = `Check that its JWT_ALGORITHM is ${pair.alg} and its REPLACE_SECRETS_FROM_ENV is false`;
  return refusal === undefined
    ? `Document Engine accepts no token of it, although it was registered. ${faults}`
    : `${refusal.message}. ${faults}`;
}
