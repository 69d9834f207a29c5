// These functions are for a Document Engine that takes new keys while it runs: REPLACE_SECRETS_FROM_ENV=false, and rotation on.
import { randomUUID } from 'node:crypto';
import { InvalidRequestException, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { createSecretsManagerClient } from '../../../lib/wiring/parts/aws.ts';
import { type KeyPair } from '../../../lib/signing-keys/index.ts';
import {
  assertNoForeignKey,
  dropUnusablePending,
  pendingPair,
  Rotation,
  RotationRefusedError,
  type RotationDependencies,
  type UnusablePending,
} from '../../../lib/rotation/index.ts';
import { Deadline } from '../../../lib/runtime/deadline.ts';
import type { Milliseconds } from '../../../lib/runtime/time.ts';
import { ROTATION_FUNCTION } from '../../rotation-function.ts';
import { UsageError } from '../errors.ts';
import { type KeysStage } from './keys-stage.ts';
import { inTime, PART, runParts } from './out-of-time.ts';

/** The pause between two checks for the end of a rotation, and the number of checks. */
const CHECK_EVERY: Milliseconds = 1_000;
const CHECKS = 300;

/** The longest look at Document Engine's list before a rotation is asked for. */
const LOOK: Milliseconds = 10_000;

/** After this many checks the user is pointed to the function's log: Secrets Manager does not report a failed step. */
const CHECKS_USUALLY = 30;

/**
 * Rotates to a given key, in the four steps of a rotation. If its key is already in AWSPENDING, it continues the rotation that
 * failed or was interrupted. It drops a version that can never become current. With another key there, it refuses: Secrets Manager's
 * next rotation completes that one.
 *
 * @param again - the arguments of `npm run keys` that continue the rotation
 * @param report - gets a line about a version that is dropped
 * @throws UsageError if another rotation is unfinished, Error if the time of a step is over, and any error of the steps
 */
export async function rotateTo(
  pair: KeyPair,
  dependencies: RotationDependencies,
  again: string,
  report: (line: string) => void,
): Promise<void> {
  const rotation = new Rotation(dependencies);
  let version = '';
  const begin = async (): Promise<void> => {
    // A version without a value, too: this key takes the place of the one that was never made.
    reportDropped(await dropUnusablePending(dependencies, true), report);
    version = await versionFor(pair, dependencies);
    await rotation.createSecret(version, pair);
  };
  const parts = [
    { done: 'the key waits in Secrets Manager', run: () => inTime(dependencies.clock, begin) },
    { done: 'Document Engine has its public key', run: () => rotation.run('setSecret', version, PART) },
    { done: 'Document Engine accepts its tokens', run: () => rotation.run('testSecret', version, PART) },
    { done: SIGNS, run: () => rotation.run('finishSecret', version, PART) },
  ];
  await runParts(parts, again);
}

const SIGNS = 'the stage signs with the key, and every former key has an end at Document Engine';

/**
 * Completes a rotation that stopped after its key became current. If nothing is left to do, nothing changes.
 *
 * @param again - as for {@link rotateTo}
 * @throws as {@link rotateTo}
 */
export async function completeRotation(dependencies: RotationDependencies, again: string): Promise<void> {
  const { secret } = dependencies;
  const labels = await secret.labels();
  const current = labels.versionWith('AWSCURRENT');
  const pending = labels.versionWith('AWSPENDING');
  if (current === undefined || (pending !== undefined && pending !== current)) return;
  const rotation = new Rotation(dependencies);
  await runParts([{ done: SIGNS, run: () => rotation.run('finishSecret', current, PART) }], again);
}

function reportDropped(dropped: UnusablePending | undefined, report: (line: string) => void): void {
  if (dropped === undefined) return;
  report(
    `The secret's version ${dropped.version} waited, and could never sign. It is dropped. ${dropped.fault}.`,
  );
}

async function versionFor(
  { publicKey }: KeyPair,
  { secret, algorithm }: RotationDependencies,
): Promise<string> {
  const labels = await secret.labels();
  const pending = labels.versionWith('AWSPENDING');
  if (pending === undefined || pending === labels.versionWith('AWSCURRENT')) return randomUUID();
  if ((await pendingPair(secret, pending, algorithm)).publicKey.equals(publicKey)) return pending;
  throw new UsageError('Another rotation is under way or unfinished: "rotate" completes it.');
}

/** Starts a rotation, or has Secrets Manager continue the unfinished one. @returns the version that becomes current */
async function rotatingVersion(
  environment: KeysStage['environment'],
  aws: KeysStage['aws'],
  secret: RotationDependencies['secret'],
  report: (line: string) => void,
): Promise<string> {
  const before = (await secret.labels()).versionWith('AWSCURRENT');
  const version = randomUUID();
  try {
    await createSecretsManagerClient(aws.secretsManager).send(
      new RotateSecretCommand({ SecretId: environment.SIGNING_KEY_SECRET_ARN, ClientRequestToken: version }),
    );
    report('Secrets Manager is rotating the key. This takes a minute at most.');
    return version;
  } catch (error) {
    // If a rotation is under way or stuck, it refuses a new one and retries the former.
    if (!(error instanceof InvalidRequestException)) throw error;
    const labels = await secret.labels();
    const pending = labels.versionWith('AWSPENDING');
    if (pending === undefined || (pending === before && labels.versionWith('AWSCURRENT') === before))
      throw error;
    report('A rotation is already under way or unfinished: Secrets Manager continues that one.');
    return pending;
  }
}

/**
 * Fails at once if the rotation would stop because of Document Engine's current key: the reason would be in the log of the function
 * alone. A rotation that has begun may continue.
 */
async function assertWouldNotStop(dependencies: RotationDependencies): Promise<void> {
  const { secret, clock } = dependencies;
  const labels = await secret.labels();
  const pending = labels.versionWith('AWSPENDING');
  const hasBegun = pending !== undefined && pending !== labels.versionWith('AWSCURRENT');
  if (hasBegun && (await secret.read(pending)) !== undefined) return;
  try {
    await Deadline.after(clock, LOOK).run(() => assertNoForeignKey(dependencies));
  } catch (error) {
    // Any other error means that this computer cannot look: the function has its own network and its own rights.
    if (error instanceof RotationRefusedError) throw error;
  }
}

/**
 * Has Secrets Manager rotate the key, and waits until the new one signs. It drops a version that waits and can never become current:
 * Secrets Manager would repeat that rotation and no other.
 *
 * @param report - gets a line about the progress
 * @throws Error if it takes more than five minutes, RotationRefusedError if Document Engine's current key is somebody else's
 */
export async function rotateBySecretsManager(
  { environment, aws }: KeysStage,
  dependencies: RotationDependencies,
  report: (line: string) => void,
): Promise<void> {
  reportDropped(await dropUnusablePending(dependencies, false), report);
  await assertWouldNotStop(dependencies);
  const { secret, clock } = dependencies;
  const version = await rotatingVersion(environment, aws, secret, report);
  let wasPending = false;
  for (let check = 0; check < CHECKS; check += 1) {
    const labels = await secret.labels();
    const isPending = labels.versionWith('AWSPENDING') === version;
    // The next rotation begins only after this version is current, and moves AWSPENDING away from it.
    if (labels.versionWith('AWSCURRENT') === version || (wasPending && !isPending)) return;
    wasPending ||= isPending;
    if (check === CHECKS_USUALLY)
      report(`This takes longer than usual. See the log of the function "${ROTATION_FUNCTION}".`);
    await clock.sleep(CHECK_EVERY);
  }
  throw new Error(
    `Secrets Manager has not finished the rotation within five minutes. The former key still signs. Find the cause in the log of the function "${ROTATION_FUNCTION}", ` +
      'correct it, and run this command again: it continues the same rotation.',
  );
}
