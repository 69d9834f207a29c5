// These functions are for a Document Engine that takes its one key from its environment at each start: rotation is off.
import { randomUUID } from 'node:crypto';
import { secondsOf } from '../../../lib/runtime/clock.ts';
import {
  acceptSigningKey,
  changePublishedKey,
  NoSigningKeyError,
  nowVerifies,
  parseSigningKeySecret,
  publishKey,
  readPublishedKeys,
  UnusableSigningKeyError,
  type KeyPair,
  type PublishedKey,
} from '../../../lib/signing-keys/index.ts';
import {
  DocumentEngineUnexpectedError,
  probe,
  secretStringOf,
  waitingVersion,
  writePending,
  type RotationDependencies,
} from '../../../lib/rotation/index.ts';
import { UsageError } from '../errors.ts';
import { inTime, runParts } from './out-of-time.ts';

/** The state of a key that was put into the secret: the first one signs at once, any later one waits for `signWithNext`. */
export type Placed = 'signs' | 'waits';

/**
 * Puts a key into the secret. The first one signs from now on. A later one waits until Document Engine has it: Document Engine
 * holds one key, and refuses tokens of any other.
 */
export async function place(pair: KeyPair, dependencies: RotationDependencies): Promise<Placed> {
  const { secret, algorithm, clock } = dependencies;
  const version = randomUUID();
  const isFirst = await holdsNone(dependencies);
  const former = (await secret.labels()).versionWith('AWSCURRENT');
  await writePending(secret, version, secretStringOf(pair, clock), algorithm);
  if (!isFirst) return 'waits';
  await makeCurrent(pair, version, former, dependencies);
  await secret.takeOff('AWSPENDING', version);
  return 'signs';
}

/** Reads the key that waits to sign. @returns undefined if there is none */
export async function nextPair({
  secret,
  algorithm,
}: Pick<RotationDependencies, 'secret' | 'algorithm'>): Promise<KeyPair | undefined> {
  const labels = await secret.labels();
  const pending = labels.versionWith('AWSPENDING');
  if (pending === undefined || pending === labels.versionWith('AWSCURRENT')) return undefined;
  return pairOf(await secret.read(pending), algorithm);
}

/**
 * Makes the stage sign with the waiting key, after Document Engine was restarted with it and refuses all other keys. If it failed
 * or was killed, a repeated call continues where it stopped.
 *
 * @param replaceProcesses - replaces every process that may hold the former key
 * @param again - the arguments of `npm run keys` that continue
 * @returns the `kid` of the key
 * @throws UsageError if no key waits, DocumentEngineUnexpectedError if Document Engine does not accept it yet, Error if the time is
 * over or another run has replaced the key meanwhile
 */
export async function signWithNext(
  dependencies: RotationDependencies,
  replaceProcesses: () => Promise<void>,
  again: string,
): Promise<string> {
  const { clock } = dependencies;
  let next = { version: '', kid: '' };
  const sign = async (): Promise<void> => {
    next = await inTime(clock, () => makeNextCurrent(dependencies));
  };
  const parts = [
    { done: 'the stage signs with the key that waited', run: sign },
    { done: 'processes that held the former key are replaced', run: replaceProcesses },
    {
      done: 'no other public key is published',
      run: () => inTime(clock, () => complete(next, dependencies)),
    },
  ];
  await runParts(parts, again);
  return next.kid;
}

/** Makes the waiting key current. @returns its secret version and its `kid` */
async function makeNextCurrent(dependencies: RotationDependencies): Promise<Next> {
  const { secret, algorithm, documentEngine, clock, probeDocumentId } = dependencies;
  const labels = await secret.labels();
  const version = labels.versionWith('AWSPENDING');
  const former = labels.versionWith('AWSCURRENT');
  const pair = version === undefined ? undefined : await pairOf(await secret.read(version), algorithm);
  const isDone = version === former && (await othersOf(pair?.kid, dependencies)).length === 0;
  const fault = (await waitingVersion(dependencies))?.fault;
  if (fault !== undefined) {
    throw new UsageError(
      `The key that waits, in the secret's version ${version ?? ''}, cannot sign. ${fault}. "generate" or "import" puts another in its place.`,
    );
  }
  if (version === undefined || pair === undefined || isDone) {
    throw new UsageError(
      'Rotation is off for this stage, and no key waits to replace the current one: make it with "generate" or "import" (docs/operations.md).',
    );
  }
  const [accepted] = await probe([pair], documentEngine, clock, probeDocumentId);
  if (accepted !== true) {
    throw new DocumentEngineUnexpectedError(
      `Document Engine does not accept the key ${pair.kid} yet, so the current one keeps signing. Restart Document Engine with this key in JWT_PUBLIC_KEY ("generate" prints it), ${algorithm} in JWT_ALGORITHM, and REPLACE_SECRETS_FROM_ENV=true.`,
    );
  }
  await makeCurrent(pair, version, former === version ? undefined : former, dependencies);
  return { version, kid: pair.kid };
}

/** A key that waited, and signs now. */
interface Next {
  /** Its secret version. */
  readonly version: string;
  readonly kid: string;
}

async function complete({ version, kid }: Next, dependencies: RotationDependencies): Promise<void> {
  const { secret } = dependencies;
  // To replace processes takes long, and this computer may have slept: another key may sign by now.
  if ((await secret.labels()).versionWith('AWSCURRENT') !== version) {
    throw new Error(`Another run has replaced the key ${kid} meanwhile, so nothing is left to do for it.`);
  }
  await dropOthers(kid, dependencies);
  // Last: the label shows a repeated call that there is something left to do.
  await secret.takeOff('AWSPENDING', version);
}

async function makeCurrent(
  pair: KeyPair,
  version: string,
  former: string | undefined,
  { secret, table, longestLife }: RotationDependencies,
): Promise<void> {
  if (former !== undefined) await secret.makeCurrent(version, former);
  // After the label: if the process ends before this, the key's first use publishes it.
  await publishKey(table, pair, 'current', longestLife);
}

/** Lists the other keys that are published as verifying. */
async function othersOf(
  kid: string | undefined,
  { table, clock }: RotationDependencies,
): Promise<PublishedKey[]> {
  const now = secondsOf(clock);
  return (await readPublishedKeys(table)).filter((key) => key.kid !== kid && nowVerifies(key, now));
}

async function dropOthers(current: string, dependencies: RotationDependencies): Promise<void> {
  const verifiesUntil = secondsOf(dependencies.clock);
  for (const { kid } of await othersOf(current, dependencies)) {
    await changePublishedKey(
      dependencies.table,
      kid,
      (key) => key && { ...key, state: 'dropped', verifiesUntil },
    );
  }
}

async function holdsNone({ secret, algorithm }: RotationDependencies): Promise<boolean> {
  const current = (await secret.labels()).versionWith('AWSCURRENT');
  if (current === undefined) return true;
  try {
    await parseSigningKeySecret(await secret.read(current), algorithm);
    return false;
  } catch (error) {
    return error instanceof NoSigningKeyError;
  }
}

async function pairOf(
  value: string | undefined,
  algorithm: RotationDependencies['algorithm'],
): Promise<KeyPair | undefined> {
  try {
    return value === undefined ? undefined : await acceptSigningKey(value, algorithm);
  } catch (error) {
    // A key of another algorithm, for example, can be replaced.
    if (error instanceof NoSigningKeyError || error instanceof UnusableSigningKeyError) return undefined;
    throw error;
  }
}
