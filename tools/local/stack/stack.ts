import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Clock, systemClock } from '../../../lib/runtime/clock.ts';
import { createLogger, type LogLevel } from '../../../lib/runtime/log.ts';
import { DEMO_CALLERS, DEMO_DOCUMENTS } from './demo.ts';
import {
  type DescribedCaller,
  DESCRIPTION_PATH,
  descriptionRoute,
  type StackDescription,
  TABLE_PATH,
} from './description.ts';
import { type LocalDocumentEngine, startDocumentEngine } from '../stand-ins/document-engine/index.ts';
import { startDynamoDB } from '../stand-ins/dynamodb/dynamodb.ts';
import { functionDefinitionsOf } from './function-definitions.ts';
import { startGateway } from '../stand-ins/api-gateway/gateway.ts';
import { assertPortFree } from '../stand-ins/api-gateway/http-server.ts';
import { functionRoutes } from './function-routes.ts';
import { httpApiOf } from './http-api.ts';
import { type Issuer, startIssuer } from '../stand-ins/issuer/issuer.ts';
import { type FunctionDefinition, type Functions, startFunctions } from '../stand-ins/lambda/functions.ts';
import { mintOverApi } from '../stand-ins/sample-apps/mint-client.ts';
import { resolveText } from './references.ts';
import { createResources } from './resources.ts';
import { sampleAppRoutes } from '../stand-ins/sample-apps/sample-apps.ts';
import { type LocalSecretsManager, startSecretsManager } from '../stand-ins/secrets-manager/index.ts';
import { schedulesOf, startSchedules } from './schedules.ts';
import { seedGrants } from './seed.ts';
import { resolveServiceConfig } from './service-config.ts';
import { generateSigningKey } from './demo-signing-key.ts';

export interface StackOptions {
  /** The API's port; 0 picks a free one. */
  readonly port: number;
  /** Of the stack's own log and of the functions. */
  readonly logLevel: LogLevel;
  /** Takes the log and what the functions write, in whole lines. Standard error unless given. */
  readonly write?: (text: string) => void;
  /** The clock of everything but the functions' own worker threads. The machine's unless given. */
  readonly clock?: Clock;
  /** Runs the functions instead of worker threads; `environment` is what the function would see as `process.env`. */
  readonly invoke?: InvokeWith;
  /** Gives up starting. */
  readonly signal?: AbortSignal;
}

/** Calls a function with an event, and the environment it is deployed with. */
export type InvokeWith = (
  functionName: string,
  event: unknown,
  environment: FunctionDefinition['environment'],
) => Promise<unknown>;

/** The whole service, running on this machine. */
export interface Stack extends StackDescription {
  /** Base URL of DynamoDB. */
  readonly dynamoDB: string;
  /** Base URL of Secrets Manager. */
  readonly secretsManager: string;
  /** Signs a caller token with any claims, as the issuer. */
  readonly signCallerToken: Issuer['sign'];
  /** Make operations misbehave until the returned function is called. */
  readonly inject: {
    readonly secretsManager: LocalSecretsManager['inject'];
    readonly documentEngine: LocalDocumentEngine['inject'];
  };
  /** Replaces a function's warm processes, as a changed configuration does on Lambda. */
  restart(functionName: string): Promise<void>;
  /** Stops everything; nothing is left. */
  close(): Promise<void>;
}

interface Closeable {
  close(): Promise<void>;
}

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const STAGE = 'local';
const AUDIENCE = 'layermint';
/** Logical ids in infra/stack/table.yml and infra/stack/signing-key.yml. */
const TABLE = 'Table';
const SIGNING_KEY_SECRET = 'SigningKeySecret';
/** The function that Secrets Manager calls to rotate the signing key. */
const ROTATION_FUNCTION = 'rotateSigningKey';

/**
 * Starts the service with everything it needs on 127.0.0.1: what serverless.yml deploys, an OIDC issuer with demo users, DynamoDB,
 * Secrets Manager, and a Document Engine stand-in with demo documents. All state is in memory.
 *
 * @throws {PortTakenError} when another process listens on the port
 * @throws {ServiceConfigError} when serverless.yml cannot be resolved
 * @throws {FunctionStartError} when a function cannot be loaded
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const running: Closeable[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((it) => it.close()));
  };
  try {
    return { ...(await start(options, running)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param running - takes each part once it runs */
async function start(options: StackOptions, running: Closeable[]): Promise<Omit<Stack, 'close'>> {
  const { port, logLevel, clock = systemClock, signal = new AbortController().signal } = options;
  const write = options.write ?? ((text: string) => process.stderr.write(text));
  const keep = <T extends Closeable>(part: T): T => {
    running.push(part);
    return part;
  };

  // First, as resolving serverless.yml takes seconds.
  await assertPortFree(port);
  const signingKey = await generateSigningKey(clock);
  const issuer = keep(await startIssuer(DEMO_CALLERS, AUDIENCE, clock));
  const dynamoDB = keep(await startDynamoDB());
  // Both before the functions, which need their addresses; a rotation comes long after.
  const { promise: started, resolve: functionsRun } = Promise.withResolvers<Functions>();
  const secretsManager = keep(
    await startSecretsManager({
      clock,
      invokeRotation: async (event) => (await started).invoke(ROTATION_FUNCTION, event),
    }),
  );
  const apiToken = randomBytes(16).toString('hex');
  const documentEngine = keep(
    await startDocumentEngine({
      clock,
      algorithm: signingKey.alg,
      publicKey: signingKey.publicKey,
      apiToken,
      documents: DEMO_DOCUMENTS,
    }),
  );

  const params = {
    issuer: issuer.url,
    audience: AUDIENCE,
    documentEngineUrl: documentEngine.url,
    documentEngineApiTokenSecretArn: secretsManager.createSecret('document-engine-api-token', apiToken),
    algorithm: signingKey.alg,
    logLevel,
  };
  const config = await resolveServiceConfig({ directory: PROJECT, stage: STAGE, params, signal });
  const secretValues = { [SIGNING_KEY_SECRET]: JSON.stringify(signingKey) };
  const references = await createResources(config, dynamoDB, secretsManager, secretValues);
  const tableName = resolveText({ Ref: TABLE }, references, 'The seed');
  secretsManager.setRotationEnabled(resolveText({ Ref: SIGNING_KEY_SECRET }, references, 'Rotation'), true);
  await seedGrants(DEMO_DOCUMENTS, dynamoDB, tableName, clock);

  const endpoints = { dynamoDB: dynamoDB.url, secretsManager: secretsManager.url };
  const definitions = functionDefinitionsOf(config, references, endpoints);
  const functions = options.invoke
    ? inProcess(definitions, options.invoke)
    : await startFunctions(definitions, PROJECT, (line) => {
        write(`${line}\n`);
      });
  keep(functions);
  functionsRun(functions);
  const log = createLogger(logLevel, write, () => clock.now());
  keep(startSchedules(schedulesOf(config), functions.invoke, log));

  // The local routes speak of the API, or to it, and are part of its server: they wait for its address.
  const { promise: api, resolve: apiIsAt } = Promise.withResolvers<string>();
  const callers = await describeCallers(issuer);
  const describe = async (): Promise<StackDescription> => ({
    api: await api,
    issuer: issuer.url,
    tokenEndpoint: issuer.tokenEndpoint,
    documentEngine: documentEngine.url,
    signingKey: { kid: signingKey.kid, alg: signingKey.alg, publicKey: signingKey.publicKey },
    callers,
    documents: DEMO_DOCUMENTS.map(({ id }) => id),
  });
  const users = DEMO_CALLERS.filter(({ scopes }) => scopes === undefined);
  const sampleApps = sampleAppRoutes({
    users: users.map(({ userId }) => userId),
    documents: DEMO_DOCUMENTS,
    mint: async (userId, request) => {
      const user = users.find((it) => it.userId === userId);
      if (user === undefined) throw new RangeError(`There is no demo user "${userId}"`);
      return mintOverApi(await api, await issuer.tokenFor(user), request);
    },
  });
  const gateway = keep(
    await startGateway({
      port,
      api: httpApiOf(config),
      invoke: functions.invoke,
      clock,
      log,
      localRoutes: [
        descriptionRoute(DESCRIPTION_PATH, describe),
        descriptionRoute(TABLE_PATH, () => ({ name: tableName, endpoint: dynamoDB.url })),
        functionRoutes(definitions, functions),
        sampleApps,
      ],
    }),
  );
  apiIsAt(gateway.url);
  return {
    ...(await describe()),
    dynamoDB: dynamoDB.url,
    secretsManager: secretsManager.url,
    signCallerToken: (claims, header) => issuer.sign(claims, header),
    inject: {
      secretsManager: (operation, fault) => secretsManager.inject(operation, fault),
      documentEngine: (operation, fault) => documentEngine.inject(operation, fault),
    },
    restart: (functionName) => functions.restart(functionName),
  };
}

/** Functions that the caller of the stack runs itself, so there is no process to replace or end. */
function inProcess(definitions: readonly FunctionDefinition[], invoke: InvokeWith): Functions {
  const environments = new Map(definitions.map(({ name, environment }) => [name, environment]));
  return {
    invoke: (name, event) => invoke(name, event, environments.get(name) ?? {}),
    restart: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function describeCallers(issuer: Issuer): Promise<Record<string, DescribedCaller>> {
  const described = DEMO_CALLERS.map(
    async (caller) =>
      [
        caller.userId,
        { token: await issuer.tokenFor(caller), userId: caller.userId, groups: caller.groups },
      ] as const,
  );
  return Object.fromEntries(await Promise.all(described));
}
