import type { Clock } from '../../../../lib/runtime/clock.ts';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import { SecretsManagerError } from './errors.ts';
import type { Secret } from './stored-secret.ts';

/** The event that Secrets Manager sends to a rotation function. */
export interface RotationEvent {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  /** The secret's ARN. */
  readonly SecretId: string;
  /** The version to rotate to. */
  readonly ClientRequestToken: string;
}

/** Invokes the rotation function. Rejects if that fails. */
export type InvokeRotation = (event: RotationEvent) => Promise<unknown>;

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** Carries out rotations one after the other. RotateSecret does not wait for them. */
export class Rotations {
  readonly #invoke: InvokeRotation | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param invoke - the rotation function; without one no secret can be rotated */
  constructor(invoke: InvokeRotation | undefined) {
    this.#invoke = invoke;
  }

  /** Resolves once every started rotation has succeeded or failed. */
  ended(): Promise<void> {
    return this.#last;
  }

  /**
   * Starts a rotation, or restarts one that is stuck, as AWS does.
   *
   * @param now - since the Unix epoch
   * @throws SecretsManagerError if there is no function, or another rotation is not complete
   */
  begin(secret: Secret, token: string, now: Milliseconds): void {
    const invoke = this.#prepare(secret, token);
    secret.addPending(token, now);
    secret.rotationEnabled = true;
    this.#run(invoke, secret.arn, token);
  }

  /**
   * Tests the rotation function, as AWS does for `RotateImmediately: false`: it runs testSecret alone, on an AWSPENDING version that
   * it removes afterwards. AWS does not document the value of this version; here it has none.
   *
   * @throws SecretsManagerError as {@link begin}
   */
  test(secret: Secret, token: string, clock: Clock): void {
    const invoke = this.#prepare(secret, token);
    secret.addPending(token, clock.now());
    secret.rotationEnabled = true;
    const event = { Step: 'testSecret', SecretId: secret.arn, ClientRequestToken: token } as const;
    this.#last = this.#last
      .then(() => invoke(event))
      .catch(() => undefined)
      .then(() => {
        secret.moveStage('AWSPENDING', token, undefined, clock.now());
      });
  }

  /** Makes sure that there is a function and that no other rotation is stuck. */
  #prepare(secret: Secret, token: string): InvokeRotation {
    const invoke = this.#invoke;
    if (invoke === undefined)
      throw new SecretsManagerError(
        'InvalidRequestException',
        'No Lambda rotation function ARN is associated with this secret.',
      );
    const stuck = secret.pendingVersion();
    if (stuck !== undefined && stuck.id !== token) {
      this.#run(invoke, secret.arn, stuck.id);
      throw new SecretsManagerError(
        'InvalidRequestException',
        "A previous rotation isn't complete. That rotation will be reattempted.",
      );
    }
    return invoke;
  }

  #run(invoke: InvokeRotation, arn: string, token: string): void {
    const steps = async (): Promise<void> => {
      for (const Step of STEPS) await invoke({ Step, SecretId: arn, ClientRequestToken: token });
    };
    // A failing function has logged the reason itself. AWSPENDING keeps its version.
    this.#last = this.#last.then(steps).catch(() => undefined);
  }
}
