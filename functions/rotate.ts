import { createSecretsManagerClient, createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { ApiToken, DocumentEngineClient } from '../lib/document-engine/index.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { createLogger } from '../lib/log.ts';
import { rotationHandler } from '../lib/rotation-event.ts';
import { Rotation, SigningKeySecret } from '../lib/signing-keys/rotation/index.ts';
import { Table } from '../lib/table.ts';

const environment = parseEnvironment('rotate', process.env);
const log = createLogger(environment.LOG_LEVEL);
const secretsManager = createSecretsManagerClient();

const rotation = new Rotation({
  secret: new SigningKeySecret(secretsManager, environment.SIGNING_KEY_SECRET_ARN),
  documentEngine: new DocumentEngineClient({
    url: environment.DOCUMENT_ENGINE_API_URL || environment.DOCUMENT_ENGINE_URL,
    apiToken: new ApiToken(secretsManager, environment.DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN, systemClock),
    clock: systemClock,
  }),
  table: new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock),
  algorithm: environment.JWT_ALGORITHM,
  longestLife: environment.MAX_TTL_SECONDS,
  interval: environment.ROTATION_INTERVAL_DAYS * 86_400,
  ...(environment.PREDECESSOR_PUBLIC_KEY !== '' && {
    predecessor: {
      publicKey: environment.PREDECESSOR_PUBLIC_KEY,
      validUntil: Date.parse(environment.PREDECESSOR_VALID_UNTIL) / 1000,
    },
  }),
  ...(environment.PROBE_DOCUMENT_ID !== '' && { probeDocumentId: environment.PROBE_DOCUMENT_ID }),
  clock: systemClock,
  log,
});

/** What Secrets Manager calls, once for each step of a rotation. */
export const handler = rotationHandler(rotation, environment.SIGNING_KEY_SECRET_ARN, log);
