import type { AuditLog } from '../../audit/index.ts';
import { Deadline } from '../../runtime/deadline.ts';
import { errorFields } from '../../runtime/errors.ts';
import { toSeconds, type Milliseconds } from '../../runtime/time.ts';
import { RotationUnderWayError } from '../errors.ts';
import type { Invoked } from '../rotation-event.ts';
import type { RotationDependencies } from '../rotation-run.ts';
import { checkKeys } from './key-check.ts';

/** The time before the end of the invocation at which the check stops, so that the reason is logged before Lambda ends the process. */
const SPARE: Milliseconds = 2_000;

/**
 * Makes the handler of the hourly key check. It reports by metrics and log lines, and never rejects: the next hour's check does all
 * the work that is left. While a rotation runs, it checks nothing and writes no value.
 */
export function keyCheckHandler(
  dependencies: RotationDependencies,
  audit: AuditLog,
): (event: unknown, context: Invoked) => Promise<void> {
  const { clock, log } = dependencies;
  return async (_event, context) => {
    const deadline = Deadline.after(clock, context.getRemainingTimeInMillis() - SPARE);
    try {
      await deadline.run(async () => {
        await reportAge(dependencies);
        await checkAndReport(dependencies, (kid) => {
          const id = `${context.awsRequestId}/${kid}`;
          audit.record({ type: 'signing-key.registered-again', id, data: { kid } });
        });
      });
      log.gauge('KeyCheckFailed', 0);
    } catch (error) {
      if (error instanceof RotationUnderWayError) {
        log.info('the keys were not checked, because a rotation is under way', errorFields(error));
        return;
      }
      log.error("the keys could not be checked; the next hour's check tries again", errorFields(error));
      log.gauge('KeyCheckFailed', 1);
    }
  };
}

/** Reports the age of the key that signs. Without a key there is none, and no token either. */
async function reportAge({ secret, clock, log }: RotationDependencies): Promise<void> {
  const version = (await secret.labels()).versionWith('AWSCURRENT');
  const since = version === undefined ? undefined : await secret.keySince(version);
  if (since !== undefined) log.gauge('SigningKeyAge', Math.max(0, toSeconds(clock.now() - since)));
}

async function checkAndReport(
  dependencies: RotationDependencies,
  record: (kid: string) => void,
): Promise<void> {
  const { log } = dependencies;
  const { unknown, registeredAgain, notRegistered, extended, ended, foreign } = await checkKeys(dependencies);
  for (const kid of registeredAgain) {
    log.warn('Document Engine had lost a key of this stage, and accepts it again', { kid });
    log.count('KeysRegisteredAgain');
    record(kid);
  }
  for (const { kid, reason } of notRegistered)
    log.error('Document Engine does not accept a key of this stage', { kid, reason });
  if (extended !== undefined)
    log.warn(
      "the entry of the key that signs was extended, as Document Engine's current key is another one",
      {
        kid: extended,
      },
    );
  for (const kid of ended ?? []) {
    log.warn('a key verified for longer than it may, after a delayed request, and was ended', { kid });
    log.count('KeysEndedAgain');
  }
  if (foreign !== undefined)
    log.error("Document Engine's current key is not this stage's", { reason: foreign });
  log.gauge('KeysUnknownToDocumentEngine', unknown.length);
  log.gauge('KeysNotRegisteredAgain', notRegistered.length);
  log.gauge('ForeignKeyAtDocumentEngine', foreign === undefined ? 0 : 1);
}
