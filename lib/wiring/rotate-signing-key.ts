import * as z from 'zod/mini';
import { DOCUMENT_ID_PATTERN, DOCUMENT_ID_RULE } from '../document-engine/index.ts';
import { Rotation, rotationHandler, SigningKeySecret, type RotationDependencies } from '../rotation/index.ts';
import { systemClock } from '../runtime/clock.ts';
import { checked, everyFunction, optional, rule } from '../runtime/environment.ts';
import { InvariantError } from '../runtime/errors.ts';
import type { Logger } from '../runtime/log.ts';
import { DAY, toSeconds } from '../runtime/time.ts';
import { ALGORITHMS, readPublicKey, spkiOf, tooOften } from '../signing-keys/index.ts';
import { createSecretsManagerClient, type AwsAccess } from './parts/aws.ts';
import { auditOf } from './parts/audit.ts';
import { documentEngineOf, ofDocumentEngineApi } from './parts/document-engine-api.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf, naming } from './parts/function-log.ts';
import { ofLongestLife } from './parts/token-lives.ts';
import { ofSigning } from './parts/signing.ts';

// ISO 8601 in UTC with whole seconds: the form in which Document Engine takes expiries.
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const days = z.pipe(
  checked((value) => /^[1-9]\d{0,2}$|^1000$/.test(value), 'must be a whole number of days, 1 to 1000'),
  z.transform(Number),
);

const Interval = z.object({ MAX_TTL_SECONDS: z.number(), ROTATION_INTERVAL_DAYS: z.number() });

/** The value of PREDECESSOR_PUBLIC_KEY if no token of Document Engine's first key must stay valid. */
const NO_PREDECESSOR = 'none';

const Predecessor = z.object({
  // A wrong algorithm has a fault of its own.
  JWT_ALGORITHM: z.catch(z.optional(z.enum(ALGORITHMS)), undefined),
  PREDECESSOR_PUBLIC_KEY: z.optional(z.string()),
  PREDECESSOR_VALID_UNTIL: z.optional(z.string()),
});

/** The environment of `rotateSigningKey`. */
export const environment = z
  .object({
    ...everyFunction,
    ...ofTable,
    ...ofSigning,
    ...ofDocumentEngineApi,
    ...ofLongestLife,
    ROTATION_INTERVAL_DAYS: days,
    PROBE_DOCUMENT_ID: optional(
      (value) => DOCUMENT_ID_PATTERN.test(value),
      `must be the id of a document that Document Engine holds: ${DOCUMENT_ID_RULE}`,
    ),
    PREDECESSOR_PUBLIC_KEY: optional(() => true, 'must be a text'),
    PREDECESSOR_VALID_UNTIL: optional(
      (value) => INSTANT.test(value) && !Number.isNaN(Date.parse(value)),
      'must be when the last of its tokens has run out, such as 2027-01-31T12:00:00Z',
    ),
  })
  .check(
    rule('ROTATION_INTERVAL_DAYS', Interval, (it) => {
      const reason = tooOften(it.ROTATION_INTERVAL_DAYS * DAY, it.MAX_TTL_SECONDS);
      return reason === undefined ? undefined : `is too short: ${reason}`;
    }),
    rule('PREDECESSOR_VALID_UNTIL', Predecessor, (it) => {
      const { PREDECESSOR_PUBLIC_KEY: key, PREDECESSOR_VALID_UNTIL: until } = it;
      if (key === NO_PREDECESSOR)
        return until === undefined ? undefined : 'must be left out if predecessorPublicKey is none';
      return key !== undefined && until === undefined ? 'must be set with predecessorPublicKey' : undefined;
    }),
    rule('PREDECESSOR_PUBLIC_KEY', Predecessor, (it) => {
      const { PREDECESSOR_PUBLIC_KEY: key, PREDECESSOR_VALID_UNTIL: until, JWT_ALGORITHM: alg } = it;
      if (key === undefined)
        return until === undefined ? undefined : 'must be set with predecessorValidUntil';
      const publicKey = key === NO_PREDECESSOR ? undefined : readPublicKey(key, alg);
      return typeof publicKey === 'string' ? publicKey : undefined;
    }),
  );

/** The environment of `rotateSigningKey`, parsed. */
export type RotationEnvironment = z.output<typeof environment>;

/** Makes the handler that Secrets Manager calls once for each step of a rotation. */
export function handlerOf(variables: RotationEnvironment): ReturnType<typeof rotationHandler> {
  const log = logOf(variables);
  const rotation = new Rotation(rotationOf(variables, log));
  const { SIGNING_KEY_SECRET_ARN: secretArn } = variables;
  return naming(log, rotationHandler(rotation, secretArn, log, auditOf(variables)));
}

function predecessorOf({
  PREDECESSOR_PUBLIC_KEY: value,
  PREDECESSOR_VALID_UNTIL: validUntil = '',
  JWT_ALGORITHM: algorithm,
}: RotationEnvironment): RotationDependencies['predecessor'] | undefined {
  if (value === undefined || value === NO_PREDECESSOR) return value;
  const publicKey = readPublicKey(value, algorithm);
  if (typeof publicKey === 'string')
    throw new InvariantError(`the checked PREDECESSOR_PUBLIC_KEY ${publicKey}`);
  return { publicKey: spkiOf(publicKey), validUntil: toSeconds(Date.parse(validUntil)) };
}

/**
 * Makes the dependencies of rotating the signing key, for the function and for the command.
 *
 * @param aws - region, endpoint and credentials; absent = from the environment of the process
 */
export function rotationOf(
  variables: RotationEnvironment,
  log: Logger,
  aws?: AwsAccess,
): RotationDependencies {
  const secretsManager = createSecretsManagerClient(aws?.secretsManager);
  const predecessor = predecessorOf(variables);
  return {
    secret: new SigningKeySecret(secretsManager, variables.SIGNING_KEY_SECRET_ARN),
    documentEngine: documentEngineOf(variables, secretsManager),
    table: tableOf(variables, aws?.dynamoDB),
    algorithm: variables.JWT_ALGORITHM,
    longestLife: variables.MAX_TTL_SECONDS,
    interval: variables.ROTATION_INTERVAL_DAYS * DAY,
    ...(predecessor !== undefined && { predecessor }),
    ...(variables.PROBE_DOCUMENT_ID !== undefined && { probeDocumentId: variables.PROBE_DOCUMENT_ID }),
    clock: systemClock,
    log,
  };
}
