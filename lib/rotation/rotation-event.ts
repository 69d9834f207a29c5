import * as z from 'zod/mini';
import type { AuditEvent, AuditLog } from '../audit/index.ts';
import type { Logger } from '../runtime/log.ts';
import type { Remaining } from '../runtime/deadline.ts';
import { errorFields, LayermintError, nameOf } from '../runtime/errors.ts';
import type { Seconds } from '../runtime/time.ts';
import { RotationRefusedError } from './errors.ts';
import { ROTATION_STEPS, type Rotation } from './rotation.ts';

/** The time before the end of the invocation at which a step stops, so that the reason is logged before Lambda ends the process. */
const SPARE: Seconds = 2;

/** The part of Lambda's context that names an invocation and tells the time left for it. */
export interface Invoked extends Remaining {
  readonly awsRequestId: string;
}

/** An event of Secrets Manager (user guide, "Lambda rotation functions"). */
const RotationEvent = z.object({
  Step: z.enum(ROTATION_STEPS),
  SecretId: z.string(),
  ClientRequestToken: z.string().check(z.minLength(32), z.maxLength(64)),
});

/** A step failed. The log has the reason; this error has none, because Lambda logs it and a foreign text may quote a secret. */
export class RotationStepError extends LayermintError {
  override readonly name = 'RotationStepError';
  readonly code = 'ROTATION_STEP_FAILED';
}

/**
 * Serves Secrets Manager's rotation events for one secret.
 *
 * @param secretArn - the secret to rotate; events for any other are refused
 * @returns the handler. It rejects if the step fails, so that Secrets Manager repeats the step
 */
export function rotationHandler(
  rotation: Pick<Rotation, 'run'>,
  secretArn: string,
  log: Logger,
  audit: AuditLog,
): (event: unknown, context: Invoked) => Promise<void> {
  return async (event, context) => {
    const parsed = z.safeParse(RotationEvent, event);
    const step = parsed.data?.Step ?? 'unknown';
    const record = (outcome: 'done' | 'failed', details: AuditEvent['data']): void => {
      // Lambda repeats a failed invocation under the same request id. Its outcome is another event.
      const id = `${context.awsRequestId}/${step}/${outcome}`;
      const versionId = parsed.data?.ClientRequestToken;
      audit.record({ type: 'signing-key.step', id, data: { step, outcome, versionId, ...details } });
    };
    try {
      if (!parsed.success) throw new RotationRefusedError('This is not a rotation event of Secrets Manager');
      const { SecretId, Step, ClientRequestToken } = parsed.data;
      if (SecretId !== secretArn) {
        throw new RotationRefusedError('The event is for another secret than the one this function rotates');
      }
      const seconds = context.getRemainingTimeInMillis() / 1000 - SPARE;
      const kid = await rotation.run(Step, ClientRequestToken, seconds);
      record('done', { kid });
    } catch (error) {
      log.error('a step of the rotation failed; it can be repeated', { step, ...errorFields(error) });
      log.count('SigningKeyRotationFailed');
      record('failed', { error: nameOf(error) });
      throw error instanceof LayermintError
        ? error
        : new RotationStepError(`The step ${step} failed; the log says why`);
    }
  };
}
