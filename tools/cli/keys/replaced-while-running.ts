// For a Document Engine whose keys are replaced while it runs: REPLACE_SECRETS_FROM_ENV=false, the stage's rotation on.
import { randomUUID } from 'node:crypto';
import { InvalidRequestException, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { createSecretsManagerClient } from '../../../lib/wiring/parts/aws.ts';
import { type KeyPair } from '../../../lib/signing-keys/index.ts';
import { pendingPair, Rotation, type RotationDependencies } from '../../../lib/rotation/index.ts';
import { MINUTE, type Milliseconds, type Seconds } from '../../../lib/runtime/time.ts';
import { ROTATION_FUNCTION } from '../../rotation-function.ts';
import { UsageError } from '../command.ts';
import { type KeysStage } from './keys-stage.ts';

/** The longest that a step of a rotation takes which this command runs itself. */
const STEP: Seconds = 2 * MINUTE;

/** The pause between two looks whether Secrets Manager has finished a rotation, and the number of looks. */
const LOOK_EVERY: Milliseconds = 1_000;
const LOOKS = 300;

/** After so many looks it is said where to find out more: Secrets Manager does not tell that a step failed. */
const LOOKS_USUALLY = 30;

/**
 * Rotates to a key that is given, in the four steps of a rotation. One that failed or was interrupted is gone on with, as
 * its key is found in AWSPENDING; should nobody do so, Secrets Manager's next rotation does.
 *
 * @throws UsageError where another rotation has not come to its end, and what the steps throw
 */
export async function rotateTo(pair: KeyPair, dependencies: RotationDependencies): Promise<void> {
  const version = await versionFor(pair, dependencies);
  const rotation = new Rotation(dependencies);
  await rotation.createSecret(version, pair);
  for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const)
    await rotation.run(step, version, STEP);
}

/** Does what a rotation may have left to do after it made its key current; where it left nothing, nothing changes. */
export async function completeRotation(dependencies: RotationDependencies): Promise<void> {
  const { secret } = dependencies;
  const labels = await secret.labels();
  const current = labels.versionWith('AWSCURRENT');
  const pending = labels.versionWith('AWSPENDING');
  if (current === undefined || (pending !== undefined && pending !== current)) return;
  await new Rotation(dependencies).run('finishSecret', current, STEP);
}

async function versionFor(
  { publicKey }: KeyPair,
  { secret, algorithm }: RotationDependencies,
): Promise<string> {
  const labels = await secret.labels();
  const pending = labels.versionWith('AWSPENDING');
  if (pending === undefined || pending === labels.versionWith('AWSCURRENT')) return randomUUID();
  const isThis =
    (await secret.read(pending)) !== undefined &&
    (await pendingPair(secret, pending, algorithm)).publicKey.equals(publicKey);
  if (isThis) return pending;
  throw new UsageError('Another rotation is under way or did not come to its end: "rotate" completes it.');
}

/** Begins a rotation, or has Secrets Manager go on with the one that is under way. @returns the version that becomes current */
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
    report('Secrets Manager rotates the key; this takes a minute at most.');
    return version;
  } catch (error) {
    // It refuses while a rotation is under way or is stuck, and reattempts that one.
    if (!(error instanceof InvalidRequestException)) throw error;
    const labels = await secret.labels();
    const pending = labels.versionWith('AWSPENDING');
    if (pending === undefined || (pending === before && labels.versionWith('AWSCURRENT') === before))
      throw error;
    report('A rotation was under way or had not come to its end: Secrets Manager goes on with that one.');
    return pending;
  }
}

/**
 * Has Secrets Manager rotate the key, and waits until the new one signs.
 *
 * @param report - told what the waiting is for
 * @throws Error where it takes too long
 */
export async function rotateBySecretsManager(
  { environment, aws }: KeysStage,
  { secret, clock }: RotationDependencies,
  report: (line: string) => void,
): Promise<void> {
  const version = await rotatingVersion(environment, aws, secret, report);
  let wasPending = false;
  for (let look = 0; look < LOOKS; look += 1) {
    const labels = await secret.labels();
    const isPending = labels.versionWith('AWSPENDING') === version;
    // A rotation after it can begin only once it is current, and takes AWSPENDING with it.
    if (labels.versionWith('AWSCURRENT') === version || (wasPending && !isPending)) return;
    wasPending ||= isPending;
    if (look === LOOKS_USUALLY)
      report(`It takes longer than usual. The log of the function "${ROTATION_FUNCTION}" says why.`);
    await clock.sleep(LOOK_EVERY);
  }
  throw new Error(
    `Secrets Manager has not finished the rotation within five minutes. The log of the function "${ROTATION_FUNCTION}" says why; ` +
      'the former key signs until then. When that is put right, run this command again: it goes on where it was.',
  );
}
