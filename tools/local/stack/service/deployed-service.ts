import { fileURLToPath } from 'node:url';
import type { Clock } from '../../../../lib/runtime/clock.ts';
import type { LogLevel } from '../../../../lib/runtime/log.ts';
import type { Seconds } from '../../../../lib/runtime/time.ts';
import { ROTATION_FUNCTION } from '../../../rotation-function.ts';
import type { LocalCredentials } from '../../stand-ins/aws-account.ts';
import type { FunctionDefinition } from '../../stand-ins/lambda/index.ts';
import { DEMO_DOCUMENTS } from '../demo/demo.ts';
import { PROBE_DOCUMENT } from '../demo/demo-prober.ts';
import type { SigningKeyPair } from '../demo/demo-signing-key.ts';
import { seedGrants } from '../demo/seed.ts';
import type { Surroundings } from '../surroundings.ts';
import { CONSOLE_CLIENT } from '../routes/console-client.ts';
import { functionDefinitionsOf } from './function-definitions.ts';
import { limitToRoles } from './function-rights.ts';
import { subscriptionFiltersOf } from './log-subscriptions.ts';
import { resolveText } from './references.ts';
import { createResources } from './resources.ts';
import { resolveServiceConfig, type ServiceConfig } from './service-config.ts';

/** The service of serverless.yml, deployed to this machine's AWS. */
export interface DeployedService {
  readonly config: ServiceConfig;
  readonly tableName: string;
  /** The ARN of the signing key's secret. */
  readonly signingKeySecretArn: string;
  /** The log group of the audit log; undefined if serverless.yml has none. */
  readonly auditLogGroup: string | undefined;
  readonly definitions: readonly FunctionDefinition[];
  /** The longest life of a token. */
  readonly longestLife: Seconds;
}

/** The inputs of a deployment beside serverless.yml. */
export interface Deployment {
  readonly surroundings: Surroundings;
  /** Base URL of the API, which the prober calls. */
  readonly apiUrl: string;
  readonly signingKey: SigningKeyPair;
  /** The credentials of the functions. */
  readonly awsCredentials: LocalCredentials;
  readonly logLevel: LogLevel;
  /** Issuers besides the stack's own, as in the stage parameter `issuers`. Absent: one issuer, and no Lambda authorizer. */
  readonly issuers?: readonly object[] | undefined;
  readonly clock: Clock;
  /** Ends the Serverless CLI. */
  readonly signal: AbortSignal;
}

/** The project's root. */
export const PROJECT = fileURLToPath(new URL('../../../../', import.meta.url));

const STAGE = 'local';
/** The name of the stack's own issuer among several. The console has a client at it alone. */
const OWN_ISSUER = 'local';
const [{ id: FIRST_DOCUMENT } = { id: '' }] = DEMO_DOCUMENTS;
/** Logical ids in infra/stack/storage. */
const TABLE = 'Table';
const SIGNING_KEY_SECRET = 'SigningKeySecret';
const AUDIT_LOG_GROUP = 'AuditLogGroup';

/**
 * Creates the table and the secrets of serverless.yml, with the demo grants and the signing key in them, and resolves the
 * environment of its functions.
 *
 * @throws {ServiceConfigError} if serverless.yml cannot be resolved
 */
export async function deployService(deployment: Deployment): Promise<DeployedService> {
  const { surroundings, signingKey, awsCredentials, clock, signal } = deployment;
  const { dynamoDB, secretsManager, cloudWatchLogs } = surroundings;
  const params = stageParametersOf(deployment);
  const config = await resolveServiceConfig({ directory: PROJECT, stage: STAGE, params, signal });
  const secretValues = { [SIGNING_KEY_SECRET]: JSON.stringify(signingKey) };
  const references = await createResources(config, dynamoDB, secretsManager, cloudWatchLogs, secretValues);
  const signingKeySecretArn = resolveText({ Ref: SIGNING_KEY_SECRET }, references, 'Rotation');
  secretsManager.setRotationEnabled(signingKeySecretArn, true);
  const tableName = resolveText({ Ref: TABLE }, references, 'The seed');
  limitToRoles(config, TABLE, references, dynamoDB);
  const probed = surroundings.proberSecretArn === undefined ? [] : [PROBE_DOCUMENT];
  await seedGrants([...DEMO_DOCUMENTS, ...probed], dynamoDB, tableName, clock);
  const addresses = {
    api: deployment.apiUrl,
    dynamoDB: dynamoDB.url,
    secretsManager: secretsManager.url,
    cloudWatchLogs: cloudWatchLogs.url,
    credentials: awsCredentials,
  };
  const definitions = functionDefinitionsOf(config, references, addresses);
  for (const filter of subscriptionFiltersOf(config, references)) cloudWatchLogs.subscribe(filter);
  const auditLogGroup = references.get(AUDIT_LOG_GROUP);
  const longestLife = longestLifeOf(definitions);
  return { config, tableName, signingKeySecretArn, auditLogGroup, definitions, longestLife };
}

/** Reads the longest life of a token from the environment of the function that rotates keys. */
function longestLifeOf(definitions: readonly FunctionDefinition[]): Seconds {
  return Number(definitions.find(({ name }) => name === ROTATION_FUNCTION)?.environment['MAX_TTL_SECONDS']);
}

function stageParametersOf(deployment: Deployment): Record<string, string> {
  const { surroundings, signingKey, logLevel, issuers } = deployment;
  const { documentEngine, apiTokenSecretArn, proberSecretArn } = surroundings;
  return {
    ...issuerParametersOf(deployment),
    documentEngineUrl: documentEngine.url,
    consoleClientId:
      issuers === undefined ? CONSOLE_CLIENT : JSON.stringify({ [OWN_ISSUER]: CONSOLE_CLIENT }),
    documentEngineApiTokenSecretArn: apiTokenSecretArn,
    ...(proberSecretArn === undefined
      ? // A release that revokes tokens without verifying them shows by a cover which keys it has.
        { probeDocumentId: FIRST_DOCUMENT }
      : { probeDocumentId: PROBE_DOCUMENT.id, proberSecretArn }),
    algorithm: signingKey.alg,
    logLevel,
  };
}

/** The demo callers keep their user ids beside other issuers: the stack's own has no prefix. */
function issuerParametersOf({
  surroundings: { issuer, audience },
  issuers,
}: Deployment): Record<string, string> {
  if (issuers === undefined) return { issuer: issuer.url, audience };
  const own = { name: OWN_ISSUER, issuer: issuer.url, audience, userIdPrefix: '' };
  return { issuers: JSON.stringify([own, ...issuers]) };
}
