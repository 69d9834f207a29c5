import { Deadline } from '../runtime/deadline.ts';
import { toMilliseconds, type Seconds } from '../runtime/time.ts';
import type { KeyPair } from '../signing-keys/index.ts';
import { RotationRefusedError } from './errors.ts';
import { Lease } from './lease/lease.ts';
import { pendingPair, pendingPairIfAny } from './pairs.ts';
import { register } from './registration.ts';
import { RotationRun, type RotationDependencies } from './rotation-run.ts';
import type { SecretLabels, SigningKeySecret } from './signing-key-secret.ts';
import { createSecret } from './steps/create-secret.ts';
import { finishSecret } from './steps/finish-secret.ts';
import { setSecret } from './steps/set-secret.ts';
import { testSecret } from './steps/test-secret.ts';

/** Secrets Manager's four steps, in their order. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** One of Secrets Manager's four steps. */
export type RotationStep = (typeof ROTATION_STEPS)[number];

/**
 * Replaces the signing key, in the four steps of Secrets Manager's rotation. Each step can be repeated after it failed, was
 * killed or succeeded: it detects the work that is done.
 *
 * **Why no token is refused.** Document Engine has the new key long before a token is signed with it. It also has a separate
 * entry for the old key before the new one becomes current, so its treatment of a former current key does not matter.
 * Processes that sign learn of the new key by AWSCURRENT, which moves last, after a probe has shown that both keys are
 * accepted. From then on the old key's entry lives as long as the last token that can still be signed with it.
 *
 * **The exception.** If Document Engine keeps a single entry for a key, and drops a former current key at once, the old key
 * cannot have a separate entry beforehand. It then verifies nothing between the answer to `rotate` and the answer to the
 * call that follows. No order of calls avoids this for a key that is current there.
 */
export class Rotation {
  readonly #deps: RotationDependencies;

  constructor(dependencies: RotationDependencies) {
    this.#deps = dependencies;
  }

  /**
   * Runs a step that Secrets Manager asks for, after the checks that it expects. testSecret without a pending key does nothing.
   *
   * @param version - the ClientRequestToken, which names the rotation and becomes the new secret version
   * @param seconds - the time for the step. It makes no call after it. No other rotation can take the lease before it is over
   * @returns the `kid` of the key to rotate to, if it was made before
   * @throws RotationRefusedError, RotationUnderWayError, DocumentEngineUnexpectedError, or DeadlineOverError once the time is over.
   * Errors of the Document Engine client, the table and the SDK are passed on
   */
  run(step: RotationStep, version: string, seconds: Seconds): Promise<string | undefined> {
    const deadline = Deadline.after(this.#deps.clock, toMilliseconds(seconds));
    return deadline.run(() => this.#run(step, version, deadline));
  }

  async #run(step: RotationStep, version: string, deadline: Deadline): Promise<string | undefined> {
    const { secret, table, clock, log } = this.#deps;
    const labels = await secret.labels();
    if (step === 'testSecret' && !(await hasKeyToTest(secret, labels, version))) {
      log.info('there is no pending key to test', { version });
      return undefined;
    }
    assertMayRun(labels, version);
    // A repeat. Only finishSecret has work to do after AWSCURRENT has moved, and may not have completed it.
    if (labels.versionWith('AWSCURRENT') === version && step !== 'finishSecret') return undefined;
    // Before the lease: a rotation to a key that can never sign must not keep the next rotation waiting for the end of its lease.
    const pair = await this.#pendingPair(step, labels, version);
    const lease = await Lease.take(table, clock, version, deadline);
    // Read again under the lease: the same step may have run beside this one and moved AWSCURRENT since the first read.
    const current = (await secret.labels()).versionWith('AWSCURRENT');
    await carryOut(step, new RotationRun(this.#deps, lease, current, pair));
    log.info('a step of the rotation is done', { step, version });
    return pair?.kid;
  }

  /** Reads the key to rotate to; undefined if it is current already, or still to be made. */
  async #pendingPair(
    step: RotationStep,
    labels: SecretLabels,
    version: string,
  ): Promise<KeyPair | undefined> {
    const { secret, algorithm } = this.#deps;
    if (labels.versionWith('AWSCURRENT') === version) return undefined;
    return (step === 'createSecret' ? pendingPairIfAny : pendingPair)(secret, version, algorithm);
  }

  /**
   * Begins a rotation that Secrets Manager has not asked for: makes the pending key of a version that has no label yet, unless
   * the version has a key.
   *
   * @param given - the key to rotate to; generated unless given
   */
  createSecret(version: string, given?: KeyPair): Promise<void> {
    return createSecret(this.#deps, version, given);
  }
}

/**
 * Tells whether a version has a pending key of its own.
 *
 * If rotation is configured with `RotateImmediately: false`, Secrets Manager runs testSecret alone, to test that the function can
 * be called: on a version that it creates with the label AWSPENDING and removes afterwards (API reference, RotateSecret). The value
 * of this version is not documented, so it may be none, or a copy of the current one. Such a call must succeed, and must not take
 * the lease from a rotation.
 */
async function hasKeyToTest(
  secret: SigningKeySecret,
  labels: SecretLabels,
  version: string,
): Promise<boolean> {
  const current = labels.versionWith('AWSCURRENT');
  if (version === current || labels.versionWith('AWSPENDING') !== version) return false;
  const value = await secret.read(version);
  return value !== undefined && (current === undefined || value !== (await secret.read(current)));
}

function assertMayRun(labels: SecretLabels, version: string): void {
  if (!labels.rotationEnabled) throw new RotationRefusedError('Rotation is not enabled for the secret');
  if (!labels.knows(version)) {
    throw new RotationRefusedError(`The secret has no version ${version} to rotate to`);
  }
  if (labels.versionWith('AWSCURRENT') === version || labels.versionWith('AWSPENDING') === version) return;
  throw new RotationRefusedError(`The secret's version ${version} is not labelled AWSPENDING`);
}

async function carryOut(step: RotationStep, run: RotationRun): Promise<void> {
  if (step !== 'finishSecret') await repair(run);
  switch (step) {
    case 'createSecret':
      return createSecret(run.dependencies, run.version, undefined, run.lease.checkpoint);
    case 'setSecret':
      return setSecret(run);
    case 'testSecret':
      return testSecret(run);
    case 'finishSecret':
      return finishSecret(run);
  }
}

/**
 * Registers the old key again after a crash in finishSecret. Secrets Manager may then begin from the first step again, and
 * Document Engine may have dropped the old key, see {@link Rotation}.
 */
async function repair(run: RotationRun): Promise<void> {
  if (run.lease.checkpoint.entries === undefined) return;
  const replaced = await run.replaced();
  if (replaced) await register(run.keys, replaced);
}
