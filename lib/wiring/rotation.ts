import { createDynamoDBClient, createSecretsManagerClient, type AwsAccess } from './aws.ts';
import { systemClock } from '../runtime/clock.ts';
import { type Environment } from './environment.ts';
import { type Logger } from '../runtime/log.ts';
import { SigningKeySecret, type RotationDependencies } from '../rotation/index.ts';
import { documentEngineOf } from './document-engine.ts';
import { Table } from '../table/index.ts';

const DAY = 86_400;

/**
 * What rotating the signing key works with, in the function and in the command.
 *
 * @param aws - of the stage; the function finds it in its environment
 */
export function rotationOf(
  environment: Environment<'rotateSigningKey'>,
  log: Logger,
  aws?: AwsAccess,
): RotationDependencies {
  const secretsManager = createSecretsManagerClient(aws?.secretsManager);
  return {
    secret: new SigningKeySecret(secretsManager, environment.SIGNING_KEY_SECRET_ARN),
    documentEngine: documentEngineOf(environment, secretsManager),
    table: new Table(createDynamoDBClient(aws?.dynamoDB), environment.TABLE_NAME, systemClock),
    algorithm: environment.JWT_ALGORITHM,
    longestLife: environment.MAX_TTL_SECONDS,
    interval: environment.ROTATION_INTERVAL_DAYS * DAY,
    ...(environment.PREDECESSOR_PUBLIC_KEY !== '' && {
      predecessor: {
        publicKey: environment.PREDECESSOR_PUBLIC_KEY,
        validUntil: Date.parse(environment.PREDECESSOR_VALID_UNTIL) / 1000,
      },
    }),
    ...(environment.PROBE_DOCUMENT_ID !== '' && { probeDocumentId: environment.PROBE_DOCUMENT_ID }),
    clock: systemClock,
    log,
  };
}
