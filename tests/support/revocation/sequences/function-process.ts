import { UNRECORDED } from '../../audit/recording.ts';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { COGNITO_CALLERS } from '../../identity/cognito-callers.ts';
import { type DynamoDB } from '../../../../tools/local/stand-ins/dynamodb/index.ts';
import { REGION, LOCAL_CREDENTIALS } from '../../../../tools/local/stand-ins/aws-account.ts';
import rolesFile from '../../../../infra/roles/roles.json' with { type: 'json' };
import { ApiToken, DocumentEngineClient } from '../../../../lib/document-engine/index.ts';
import { GrantStore, parseRoles } from '../../../../lib/grants/index.ts';
import { type SetGrantDependencies } from '../../../../lib/http/routes/grants/set-grant.ts';
import { type MintTokenDependencies } from '../../../../lib/http/routes/tokens/mint-token.ts';
import { type Logger } from '../../../../lib/runtime/log.ts';
import { type RevocationDependencies } from '../../../../lib/revocation/index.ts';
import { recordUse, SigningKeyCache, signingKeyFetcher } from '../../../../lib/signing-keys/index.ts';
import { SigningKeySecret, type RotationDependencies } from '../../../../lib/rotation/index.ts';
import { impatient, type ManualClock } from '../../runtime/clock.ts';
import { Calls, type Service } from '../../rotation/rotation-faults.ts';
import { Table } from '../../../../lib/table/index.ts';
import { twoThirds } from '../../runtime/random.ts';

/** The longest life of a token, in seconds. */
export const LONGEST_LIFE = 86_400;

/** The beginning of every private layer's name. */
export const PRIVATE_LAYER_PREFIX = 'user:';

const ROLES = parseRoles(rolesFile);
const ROTATION_INTERVAL = 90 * 86_400;

/** The systems that a process calls. */
export interface Surroundings {
  readonly dynamoDB: DynamoDB;
  readonly tableName: string;
  /** Base URL. */
  readonly secretsManager: string;
  /** The ARNs of the secrets. */
  readonly secrets: { readonly signingKey: string; readonly apiToken: string };
  /** Base URL. */
  readonly documentEngine: string;
  readonly probeDocumentId?: string;
  readonly clock: ManualClock;
  readonly log: Logger;
  /** Changes the body of a request to Document Engine on its way. */
  readonly onTheWay: (path: string, body: string) => string;
}

/** The moment at which a process is killed. */
export interface Death {
  /** The number of its last call, from 0. */
  readonly call: number;
  /** True if that call still takes effect. */
  readonly takesEffect: boolean;
}

/** The dependencies of all functions together. */
export type FunctionDependencies = SetGrantDependencies &
  MintTokenDependencies &
  RevocationDependencies &
  RotationDependencies;

/**
 * A process of a deployed function, with its own clients and caches. All of its calls go through one place, one at a
 * time. There it can be killed.
 */
export class FunctionProcess {
  readonly dependencies: FunctionDependencies;
  readonly #calls = new Calls();
  #turn: Promise<unknown> = Promise.resolve();

  /** @param records - true if it records the key that it signs with, like the function that mints */
  constructor(surroundings: Surroundings, records: boolean) {
    const { secrets, clock, log, probeDocumentId } = surroundings;
    const hasty = impatient(clock);
    const dynamoDB = new DynamoDBClient(connectionTo(surroundings.dynamoDB.url, surroundings));
    dynamoDB.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) =>
          this.#through('DynamoDB', commandName, () => next(args)),
      { step: 'finalizeRequest' },
    );
    const secretsManager = new SecretsManagerClient(connectionTo(surroundings.secretsManager, surroundings));
    secretsManager.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) =>
          this.#through('Secrets Manager', commandName, () => next(args)),
      { step: 'finalizeRequest' },
    );
    const table = new Table(dynamoDB, surroundings.tableName, hasty);
    const documentEngine = this.#documentEngine(surroundings, secretsManager);
    const fetchKey = signingKeyFetcher(secretsManager, secrets.signingKey, 'ES256', (key) =>
      records ? recordUse(table, key, LONGEST_LIFE) : Promise.resolve(),
    );
    const revocation: RevocationDependencies = {
      table,
      documentEngine,
      // On the impatient clock every pause ends at once, and each refresh would count as slow.
      signingKeys: new SigningKeyCache(fetchKey, clock, log),
      clock: hasty,
      log,
      audit: UNRECORDED,
    };
    this.dependencies = {
      ...revocation,
      revocation,
      documentEngine,
      store: new GrantStore(table),
      roles: ROLES,
      privateLayerPrefix: PRIVATE_LAYER_PREFIX,
      callers: COGNITO_CALLERS,
      ttl: { default: 900, max: LONGEST_LIFE },
      documentEngineUrl: surroundings.documentEngine,
      secret: new SigningKeySecret(secretsManager, secrets.signingKey),
      algorithm: 'ES256',
      longestLife: LONGEST_LIFE,
      interval: ROTATION_INTERVAL,
      predecessor: 'none',
      random: twoThirds,
      ...(probeDocumentId !== undefined && { probeDocumentId }),
    };
  }

  /** True if it was killed. */
  get isDead(): boolean {
    return this.#calls.killed;
  }

  /** Begins an invocation. @param death - the call at which it is killed; absent if it is not */
  begin(death?: Death): void {
    this.#calls.begin(death?.call, death?.takesEffect ? 'killed after' : 'killed');
  }

  /** Makes calls one after the other, so that their numbers are the same each time. */
  #through<T>(service: Service, name: string, effect: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => this.#calls.through(service, name, effect));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #documentEngine(
    { documentEngine, secrets, clock, onTheWay }: Surroundings,
    secretsManager: SecretsManagerClient,
  ): DocumentEngineClient {
    const hasty = impatient(clock);
    return new DocumentEngineClient({
      url: documentEngine,
      apiToken: new ApiToken(secretsManager, secrets.apiToken, hasty),
      clock: hasty,
      fetch: (url, { body, ...init }) => {
        const { pathname } = new URL(url);
        const sent = typeof body === 'string' ? { body: onTheWay(pathname, body) } : {};
        return this.#through('Document Engine', pathname, () => fetch(url, { ...init, ...sent }));
      },
    });
  }
}

/** Makes the configuration of a client of a local server. All clients share the connections. */
const connectionTo = (endpoint: string, { dynamoDB }: Surroundings) => ({
  endpoint,
  region: REGION,
  credentials: LOCAL_CREDENTIALS,
  maxAttempts: 1,
  requestHandler: dynamoDB.client.config.requestHandler,
});
