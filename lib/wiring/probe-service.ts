import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { DOCUMENT_ID_PATTERN, DOCUMENT_ID_RULE } from '../document-engine/index.ts';
import { Prober, probeHandler, readProberSecret, sendBy } from '../probes/index.ts';
import { systemClock } from '../runtime/clock.ts';
import { checked, everyFunction, text } from '../runtime/environment.ts';
import { createSecretsManagerClient } from './parts/aws.ts';
import { logOf, naming } from './parts/function-log.ts';

/** The environment of `probeService`. */
export const environment = z.object({
  ...everyFunction,
  API_URL: text("must be the address of the stage's API"),
  PROBER_SECRET_ARN: checked(
    (value) => value.startsWith('arn:'),
    "must be the ARN of the secret that holds the prober's client credentials",
  ),
  PROBE_DOCUMENT_ID: checked(
    (value) => DOCUMENT_ID_PATTERN.test(value),
    `must be the id of the document that the prober opens: ${DOCUMENT_ID_RULE}`,
  ),
  PRIVATE_LAYER_PREFIX: text('must be the prefix of private layers'),
});

/** Makes the handler of the prober, which runs on a schedule. */
export function handlerOf(variables: z.output<typeof environment>): ReturnType<typeof probeHandler> {
  const log = logOf(variables);
  const secretsManager = createSecretsManagerClient();
  const command = new GetSecretValueCommand({ SecretId: variables.PROBER_SECRET_ARN });
  const prober = new Prober({
    api: variables.API_URL.replace(/\/+$/, ''),
    documentId: variables.PROBE_DOCUMENT_ID,
    privateLayerPrefix: variables.PRIVATE_LAYER_PREFIX,
    secret: () =>
      readProberSecret((abortSignal) => secretsManager.send(command, abortSignal && { abortSignal })),
    send: sendBy(),
    clock: systemClock,
  });
  return naming(log, probeHandler(prober, systemClock, log));
}
