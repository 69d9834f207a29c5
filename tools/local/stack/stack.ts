import { type Clock, systemClock } from '../../../lib/runtime/clock.ts';
import { createLogger, type LogLevel } from '../../../lib/runtime/log.ts';
import { clientSecretOf, randomText, sessionTokenOf, writeSecretFiles } from '../proof/index.ts';
import { startGateway, Throttle } from '../stand-ins/api-gateway/index.ts';
import { localCredentials, type LocalCredentials } from '../stand-ins/aws-account.ts';
import type { RealDocumentEngine } from '../real-document-engine/index.ts';
import type { LocalCloudWatchLogs } from '../stand-ins/cloudwatch-logs/index.ts';
import type { MetricStore } from '../stand-ins/cloudwatch/index.ts';
import type { LocalDocumentEngine } from '../stand-ins/document-engine/index.ts';
import type { Issuer } from '../stand-ins/issuer/index.ts';
import type { Functions } from '../stand-ins/lambda/index.ts';
import type { LocalSecretsManager } from '../stand-ins/secrets-manager/index.ts';
import { DEMO_DOCUMENTS, DEMO_USERS } from './demo/demo.ts';
import { consoleDataRoutes } from './console-data/console-data.ts';
import { seedKey } from './demo/seed.ts';
import { generateSigningKey } from './demo/demo-signing-key.ts';
import { startRehearsal, type Rehearsal } from './faults/rehearsal.ts';
import { FailureQueue } from './monitoring/failure-queue.ts';
import { createMonitor } from './monitoring/monitor.ts';
import { watchFunctions, type WatchedFunctions } from './monitoring/watched-functions.ts';
import { holdPlace, placesFrom } from './places.ts';
import { documentEngineRoute } from './routes/document-engine-route.ts';
import { callerTokenRoute } from './routes/caller-tokens.ts';
import { demoAppRoutes } from './routes/demo-apps.ts';
import {
  describeParts,
  descriptionRoute,
  reachedAt,
  withoutTokens,
  type StackDescription,
} from './routes/description.ts';
import { forCommands } from './routes/for-commands.ts';
import { functionRoutes } from './routes/function-routes.ts';
import { withReachableAddresses } from './routes/reachable-addresses.ts';
import { DESCRIPTION_PATH, FULL_DESCRIPTION_PATH, LOGS_PATH, TABLE_PATH } from './routes/paths.ts';
import { consoleClientOf, consoleOf } from './routes/console-client.ts';
import { deployService } from './service/deployed-service.ts';
import { forLocalPages, httpApiOf } from './service/http-api.ts';
import { runFunctions, type InvokeWith } from './service/running-functions.ts';
import { retriesIn, schedulesOf, startSchedules } from './service/schedules.ts';
import { startSurroundings, type Keep, type Part, type Surroundings } from './surroundings.ts';

export interface StackOptions {
  /** The API's port. The issuer and Document Engine have the next two. 0 picks free ones. */
  readonly port: number;
  /** An IPv4 address of this machine, at which the network can reach these three too. Absent: 127.0.0.1 alone. */
  readonly network?: string | undefined;
  /** The level of the stack's own log and of the functions'. */
  readonly logLevel: LogLevel;
  /** Takes the log and the functions' output, in whole lines. Standard error unless given. */
  readonly write?: (text: string) => void;
  /** The clock of everything but the functions' own worker threads. The machine's unless given. */
  readonly clock?: Clock;
  /** Runs the functions instead of worker threads. */
  readonly invoke?: InvokeWith;
  /**
   * Issuers besides the stack's own, as in the stage parameter `issuers`. The Lambda authorizer then verifies all caller tokens, also
   * with an empty list. Absent: the API verifies them itself.
   */
  readonly issuers?: readonly object[] | undefined;
  /** A Document Engine in place of the stand-in. Its current key is replaced, and it gets the demo documents. */
  readonly documentEngine?: RealDocumentEngine | undefined;
  /** Aborts the start. */
  readonly signal?: AbortSignal;
}

type Rehearsed = Pick<Rehearsal, 'faults' | 'alarms'>;

/** The whole service, running on this machine. */
export interface Stack extends StackDescription, Rehearsed {
  /** Base URL of DynamoDB. */
  readonly dynamoDB: string;
  /** Base URL of Secrets Manager. */
  readonly secretsManager: string;
  /** CloudWatch Logs, with the lines of the functions. */
  readonly logs: Pick<LocalCloudWatchLogs, 'url' | 'lines' | 'settled' | 'inject'>;
  /** The only credentials that these accept. */
  readonly awsCredentials: LocalCredentials;
  /** Signs a caller token with any claims, as the issuer. */
  readonly signCallerToken: Issuer['sign'];
  /** Makes operations misbehave until the returned function is called. Those of a real Document Engine throw. */
  readonly inject: {
    readonly secretsManager: LocalSecretsManager['inject'];
    readonly documentEngine: LocalDocumentEngine['inject'];
  };
  /** The metrics of the functions, and of this machine's AWS. */
  readonly metrics: MetricStore;
  /** Replaces a function's warm processes, as a changed configuration does on Lambda. */
  restart(functionName: string): Promise<void>;
  /** Stops everything. No data is kept. */
  close(): Promise<void>;
}

/**
 * Starts the service of serverless.yml on this machine, with everything it needs: an OIDC issuer with demo users, DynamoDB, Secrets
 * Manager, and a Document Engine stand-in with demo documents. All state is in memory.
 *
 * @throws {PortTakenError} if another process listens on the port
 * @throws {SecretFileError} if the secret for commands cannot be kept from other users of this machine
 * @throws {ServiceConfigError} if serverless.yml cannot be resolved
 * @throws {FunctionStartError} if a function cannot be loaded
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const running: Part[] = [];
  const keep: Keep = (part) => {
    running.push(part);
    return part;
  };
  const close = async (): Promise<void> => {
    // The last started part first: the files for commands go before the port is free for another program.
    await Promise.all(running.toReversed().map((part) => part.close()));
  };
  try {
    return { ...(await start(options, keep)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: StackOptions, keep: Keep): Promise<Omit<Stack, 'close'>> {
  const { logLevel, issuers, clock = systemClock, signal = new AbortController().signal } = options;
  const write = options.write ?? ((text: string) => process.stderr.write(text));
  const log = createLogger(logLevel, write, () => clock.now());
  // Secrets Manager and CloudWatch Logs call functions, but every function starts with their addresses.
  const later = Promise.withResolvers<WatchedFunctions>();
  const places = placesFrom(options);
  const monitor = createMonitor(clock);

  const secret = randomText();
  const awsCredentials = localCredentials(sessionTokenOf(secret));
  const signingKey = await generateSigningKey(clock);
  const surroundings = await startSurroundings(
    {
      clock,
      signingKey,
      awsCredentials,
      clientSecret: clientSecretOf(secret),
      consoleClient: consoleClientOf(() => apiUrl),
      realDocumentEngine: options.documentEngine,
      places,
      invoke: async (name, event) => (await later.promise).invoke(name, event),
      log,
      deliveryFailed: (...failure) =>
        void later.promise.then((it) => {
          it.addFailure(...failure);
        }),
    },
    keep,
  );
  const { issuer, dynamoDB } = surroundings;
  const held = keep(await holdPlace(places.api));
  const apiUrl = held.url;
  const deployment = { surroundings, apiUrl, signingKey, awsCredentials, logLevel, issuers, clock, signal };
  const service = await deployService(deployment);
  const takeLine = (name: string, line: string): void => {
    write(`${line}\n`);
    surroundings.cloudWatchLogs.takeLine(name, line);
    monitor.takeLine(name, line);
  };
  const running = await runFunctions(service.definitions, takeLine, options.invoke);
  const failures = new FailureQueue(clock);
  const functions = keep(watchFunctions(running, monitor.aws, retriesIn(service.config), failures));
  later.resolve(functions);
  if (options.documentEngine !== undefined) {
    // Only now: a stack that cannot start must not replace the key.
    const key = await options.documentEngine.takeOver(signingKey, DEMO_DOCUMENTS, clock);
    await seedKey(key, service.longestLife, dynamoDB, service.tableName, clock);
  }
  const schedules = schedulesOf(service.config);
  const throttle = new Throttle(clock);
  const rehearsal = startRehearsal({ monitor, surroundings, service, functions, throttle, clock }, keep);

  const described = await describeParts(surroundings, signingKey);
  const description = { api: apiUrl, console: consoleOf(apiUrl), ...described };
  await held.close();
  keep(
    await startGateway({
      ...held.place,
      api: forLocalPages(httpApiOf(service.config)),
      invoke: withReachableAddresses(functions.invoke),
      throttle,
      clock,
      log,
      answered: (request) => {
        monitor.aws.answered(request);
      },
      localRoutes: [
        ...rehearsal.open,
        ...consoleDataRoutes({ service, surroundings, functions, awsCredentials, clock, log }),
        descriptionRoute(DESCRIPTION_PATH, (host) => reachedAt(host, withoutTokens(description))),
        callerTokenRoute(DEMO_USERS, issuer),
        demoAppRoutes(apiUrl, issuer),
        documentEngineRoute(surroundings.documentEngine.url),
        forCommands(
          secret,
          [
            descriptionRoute(FULL_DESCRIPTION_PATH, () => description),
            descriptionRoute(TABLE_PATH, () => ({ name: service.tableName, endpoint: dynamoDB.url })),
            descriptionRoute(LOGS_PATH, () => ({
              endpoint: surroundings.cloudWatchLogs.url,
              auditLogGroup: service.auditLogGroup,
            })),
            functionRoutes(
              service.definitions,
              functions,
              schedules.map(({ functionName }) => functionName),
            ),
            ...rehearsal.proven,
          ],
          log,
        ),
      ],
    }),
  );
  const files = writeSecretFiles(held.place.port, secret);
  keep({
    close: () => {
      files.remove();
      return Promise.resolve();
    },
  });
  // Last: the prober calls the API.
  keep(startSchedules(schedules, functions.invokeBySchedule, log));
  const { faults, alarms } = rehearsal;
  const controls = { ...controlsOf(surroundings, functions), metrics: monitor.store, faults, alarms };
  return { ...description, awsCredentials, ...controls };
}

/** Picks the controls of a stack for the program that started it. */
function controlsOf(
  { issuer, dynamoDB, secretsManager, cloudWatchLogs, documentEngine }: Surroundings,
  functions: Functions,
): Omit<Stack, 'close' | 'awsCredentials' | 'metrics' | keyof Rehearsed | keyof StackDescription> {
  return {
    dynamoDB: dynamoDB.url,
    secretsManager: secretsManager.url,
    logs: cloudWatchLogs,
    signCallerToken: (claims, header) => issuer.sign(claims, header),
    inject: {
      secretsManager: (operation, fault) => secretsManager.inject(operation, fault),
      documentEngine: (operation, fault) => documentEngine.inject(operation, fault),
    },
    restart: (functionName) => functions.restart(functionName),
  };
}
