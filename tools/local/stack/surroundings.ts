import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../lib/runtime/clock.ts';
import type { Logger } from '../../../lib/runtime/log.ts';
import { ROTATION_FUNCTION } from '../../rotation-function.ts';
import type { LocalCredentials } from '../stand-ins/aws-account.ts';
import { startCloudWatchLogs, type LocalCloudWatchLogs } from '../stand-ins/cloudwatch-logs/index.ts';
import { startDynamoDB, type DynamoDB } from '../stand-ins/dynamodb/index.ts';
import { startIssuer, type Issuer, type PublicClient } from '../stand-ins/issuer/index.ts';
import type { Invoke } from '../stand-ins/lambda/index.ts';
import { startSecretsManager, type LocalSecretsManager } from '../stand-ins/secrets-manager/index.ts';
import { DEMO_CALLERS } from './demo/demo.ts';
import { createProber, proberSecretOf } from './demo/demo-prober.ts';
import type { Places } from './places.ts';
import type { SigningKeyPair } from './demo/demo-signing-key.ts';
import { documentEngineFor, type UsedDocumentEngine } from './document-engine.ts';
import type { RealDocumentEngine } from '../real-document-engine/index.ts';

/** The systems around the service: those that it calls, and the issuer of its callers' tokens. */
export interface Surroundings {
  readonly issuer: Issuer;
  readonly dynamoDB: DynamoDB;
  readonly secretsManager: LocalSecretsManager;
  readonly cloudWatchLogs: LocalCloudWatchLogs;
  readonly documentEngine: UsedDocumentEngine;
  /** The ARN of the secret that holds Document Engine's API token. */
  readonly apiTokenSecretArn: string;
  /** The ARN of the prober's secret. Undefined with a real Document Engine, in which it would leave a document and revocations. */
  readonly proberSecretArn: string | undefined;
  /** The `aud` of the callers' tokens. */
  readonly audience: string;
}

/** A part of the stack that runs until it is closed. */
export interface Part {
  close(): Promise<void>;
}

/** Registers a running part, which is closed with the stack. */
export type Keep = <Running extends Part>(part: Running) => Running;

export interface SurroundingsOptions {
  readonly clock: Clock;
  /** The signing key. Document Engine gets its public half. */
  readonly signingKey: SigningKeyPair;
  /** The only credentials that this machine's AWS accepts. */
  readonly awsCredentials: LocalCredentials;
  /** The demo backend's secret at the issuer. */
  readonly clientSecret: string;
  /** The client with which people sign in to the console. */
  readonly consoleClient: PublicClient;
  /** Calls a function: Secrets Manager rotates, and CloudWatch Logs delivers log lines. */
  readonly invoke: Invoke;
  readonly log: Logger;
  /** Learns of a delivery of log lines that has failed for good, with the event of the function. */
  readonly deliveryFailed: (functionName: string, event: unknown) => void;
  /** A Document Engine in place of the stand-in. */
  readonly realDocumentEngine?: RealDocumentEngine | undefined;
  /** The places of the issuer and of Document Engine. The others are on free ports of 127.0.0.1. */
  readonly places: Pick<Places, 'issuer' | 'documentEngine'>;
}

const AUDIENCE = 'layermint';

/** Starts the surroundings, with the demo callers and documents. */
export async function startSurroundings(options: SurroundingsOptions, keep: Keep): Promise<Surroundings> {
  const { clock, signingKey, awsCredentials, clientSecret, invoke, realDocumentEngine, places } = options;
  const { consoleClient } = options;
  const apiToken = realDocumentEngine?.apiToken ?? randomBytes(16).toString('hex');
  const prober = createProber();
  const callers = [...DEMO_CALLERS, prober];
  const issuer = keep(
    await startIssuer(callers, AUDIENCE, clock, clientSecret, places.issuer, consoleClient),
  );
  const dynamoDB = keep(await startDynamoDB(awsCredentials));
  const secretsManager = keep(
    await startSecretsManager({
      clock,
      invokeRotation: (event) => invoke(ROTATION_FUNCTION, event),
      credentials: awsCredentials,
    }),
  );
  const cloudWatchLogs = keep(await startLogs(options));
  const documentEngine = keep(
    await documentEngineFor(realDocumentEngine, {
      clock,
      signingKey,
      apiToken,
      place: places.documentEngine,
    }),
  );
  const apiTokenSecretArn = secretsManager.createSecret('document-engine-api-token', apiToken);
  const proberSecretArn =
    documentEngine.kind === 'real'
      ? undefined
      : secretsManager.createSecret('layermint-prober', await proberSecretOf(prober, issuer, clock));
  return {
    ...{ issuer, dynamoDB, secretsManager, cloudWatchLogs, documentEngine },
    ...{ apiTokenSecretArn, proberSecretArn },
    audience: AUDIENCE,
  };
}

async function startLogs({
  clock,
  awsCredentials,
  invoke,
  log,
  deliveryFailed,
}: SurroundingsOptions): Promise<LocalCloudWatchLogs> {
  return startCloudWatchLogs(
    {
      clock,
      invoke,
      onFailure: ({ name, functionName }, lines, event) => {
        deliveryFailed(functionName, event);
        log.error('Log lines were not delivered', { filter: name, function: functionName, lines });
      },
    },
    awsCredentials,
  );
}
