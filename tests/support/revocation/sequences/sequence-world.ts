import { ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  InvalidRequestException,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { decodeProtectedHeader } from 'jose';
import * as z from 'zod';
import {
  startDocumentEngine,
  type LocalDocumentEngine,
} from '../../../../tools/local/stand-ins/document-engine/index.ts';
import {
  LOCAL_CREDENTIALS,
  startDynamoDB,
  type DynamoDB,
} from '../../../../tools/local/stand-ins/dynamodb/dynamodb.ts';
import { type Fault } from '../../../../tools/local/stand-ins/faults.ts';
import { REGION } from '../../../../tools/local/stand-ins/aws-account.ts';
import {
  startSecretsManager,
  type LocalSecretsManager,
  type RotationEvent,
} from '../../../../tools/local/stand-ins/secrets-manager/index.ts';
import { secondsOf } from '../../../../lib/runtime/clock.ts';
import { GrantStore, isExpired, type Grant } from '../../../../lib/grants/index.ts';
import { type ApiHandler, type ApiResult } from '../../../../lib/http/routes/route.ts';
import { createLogger } from '../../../../lib/runtime/log.ts';
import { rotationHandler } from '../../../../lib/rotation/rotation-event.ts';
import { spkiOf } from '../../../../lib/signing-keys/index.ts';
import {
  generateSigningKey,
  rotateInEmergency,
  Rotation,
  RotationUnderWayError,
} from '../../../../lib/rotation/index.ts';
import { sweepHandler } from '../../../../lib/revocation/sweep-event.ts';
import { type Behaviour } from '../../document-engine/behaviours.ts';
import { claimsIn, type TokenClaims } from '../../tokens/client-token.ts';
import { impatient, ManualClock } from '../../runtime/clock.ts';
import { createDeployedTable } from '../../table/deployed-table.ts';
import { apiEvent, lambdaContext, type RequestParts } from '../../http/events.ts';
import {
  FunctionProcess,
  type Death,
  type FunctionDependencies,
  type Surroundings,
} from './function-process.ts';
import { nameOf, type Place } from './places.ts';
import { type Principal, type Subject } from '../../../../lib/identity/index.ts';
import { LayermintError } from '../../../../lib/runtime/errors.ts';
import { Table, type Item } from '../../../../lib/table/index.ts';

/** What runs in a process of its own: the deployed functions, and the command that works on keys. */
export type FunctionName = 'mint' | 'changeGrants' | 'revoke' | 'sweep' | 'rotate' | 'keys';

/** How Document Engine is out of order: in all that it does, or by not taking the last of the JWTs to revoke. */
export type Outage = Exclude<Fault, 'hang'> | 'leaves out the last';

/** A token in somebody's hands. */
export interface HeldToken {
  readonly subject: Subject;
  readonly jwt: string;
  readonly kid: string;
  readonly claims: TokenClaims;
}

/** Where somebody has asked for a token. */
export interface Asked {
  readonly place: Place;
  /** The last one that they got. */
  readonly token?: HeldToken;
}

/** A request to a route. */
export interface Request extends RequestParts {
  /** As it is sent. */
  readonly query?: string;
  readonly path?: Readonly<Record<string, string>>;
}

/** What came of a rotation: another one that did not come to its end may keep it from its turn. */
export type Rotated = 'done' | 'failed' | 'not its turn';

/** In place of an outcome: the process was killed before it came to one. */
export type Killed = 'killed';

const TABLE = 'table';
const API_TOKEN = 'the-api-token';
const PROBE_DOCUMENT = 'probe-document';
const OPERATIONS = [
  'add-secret',
  'list-secrets',
  'rotate-secret',
  'change-expiry',
  'revoke',
  'cover',
] as const;

/** How long a function that runs on no request can take, in milliseconds. */
const TIME_LIMIT = 120_000;

/**
 * The deployed functions, each in a process of its own, and what they call over real sockets: the table, Secrets Manager,
 * Document Engine. The clock moves by hand.
 */
export class SequenceWorld {
  readonly clock: ManualClock;
  readonly documentEngine: LocalDocumentEngine;
  /** Whether Document Engine always keeps a key that was current until it is told of it again. */
  readonly keepsKeys: boolean;
  /** Everything that was ever minted and handed out. */
  readonly tokens = new Set<HeldToken>();
  /** By its name, every place where somebody has asked for a token, and the last one that they got. */
  readonly asked = new Map<string, Asked>();
  /** Those that are to have ended, by a revocation that was answered or an emergency that came to its end. */
  readonly revoked = new Set<HeldToken>();
  /** Those that were refused before their time. */
  readonly ended = new Set<HeldToken>();
  /** Whether Document Engine is in order. */
  isInOrder = true;
  /** Whether an emergency was begun that has not come to its end; until then what is minted may be of the leaked key. */
  isEmergency = false;
  readonly #dynamoDB: DynamoDB;
  readonly #table: Table;
  readonly #secretsManager: LocalSecretsManager;
  readonly #operator: SecretsManagerClient;
  readonly #surroundings: Surroundings;
  readonly #processes = new Map<FunctionName, FunctionProcess>();
  /** Why steps of the rotation failed that was asked for last. */
  #failures: unknown[] = [];
  #leavesOut = false;
  #recover = (): void => undefined;

  /** @param behaviour - of Document Engine where its documentation leaves it open; the harshest unless given */
  static async open(behaviour: Partial<Behaviour> = {}): Promise<SequenceWorld> {
    const clock = new ManualClock();
    const { pair, secretString } = await generateSigningKey('ES256', clock);
    const dynamoDB = await startDynamoDB();
    await createDeployedTable(dynamoDB, TABLE);
    const documentEngine = await startDocumentEngine({
      ...behaviour,
      clock,
      algorithm: 'ES256',
      publicKey: spkiOf(pair.publicKey),
      apiToken: API_TOKEN,
      documents: [{ id: PROBE_DOCUMENT, layers: [''] }],
    });
    const secretsManager = await startSecretsManager({
      clock,
      invokeRotation: (event) => world.#runStep(event),
    });
    const keepsKeys = behaviour.identicalKey === undefined || behaviour.identicalKey === 'second-entry';
    const world = new SequenceWorld(clock, dynamoDB, secretsManager, documentEngine, keepsKeys, {
      secrets: {
        signingKey: secretsManager.createSecret('signing-key', secretString),
        apiToken: secretsManager.createSecret('api-token', API_TOKEN),
      },
      ...(behaviour.revocationVerifies === false && { probeDocumentId: PROBE_DOCUMENT }),
    });
    secretsManager.setRotationEnabled('signing-key', true);
    return world;
  }

  private constructor(
    clock: ManualClock,
    dynamoDB: DynamoDB,
    secretsManager: LocalSecretsManager,
    documentEngine: LocalDocumentEngine,
    keepsKeys: boolean,
    rest: Pick<Surroundings, 'secrets' | 'probeDocumentId'>,
  ) {
    this.clock = clock;
    this.documentEngine = documentEngine;
    this.keepsKeys = keepsKeys;
    this.#dynamoDB = dynamoDB;
    this.#table = new Table(dynamoDB.client, TABLE, impatient(clock));
    this.#secretsManager = secretsManager;
    this.#operator = new SecretsManagerClient({
      endpoint: secretsManager.url,
      region: REGION,
      credentials: LOCAL_CREDENTIALS,
    });
    this.#surroundings = {
      ...rest,
      dynamoDB,
      tableName: TABLE,
      secretsManager: secretsManager.url,
      documentEngine: documentEngine.url,
      clock,
      log: createLogger('error', () => undefined),
      onTheWay: (path, body) => (this.#leavesOut && path === '/api/revoke' ? withoutLast(body) : body),
    };
  }

  /** Whether Document Engine takes a token now. */
  accepts({ jwt }: HeldToken): boolean {
    return this.documentEngine.verify(jwt).accepted;
  }

  /** Whether whoever is granted something can count on getting a token that is accepted. */
  get serves(): boolean {
    return this.keepsKeys && !this.isEmergency;
  }

  /** Puts a token into the hands of somebody who asked for it. */
  handOut(place: Place, jwt: string): HeldToken {
    const { kid = '' } = decodeProtectedHeader(jwt);
    const token = { subject: place.subject, jwt, kid, claims: claimsIn(jwt) };
    this.tokens.add(token);
    this.asked.set(nameOf(place), { place, token });
    return token;
  }

  /** Sends a request to a route of a function, which may be killed over it. */
  request(
    name: FunctionName,
    routeOf: (dependencies: FunctionDependencies) => ApiHandler,
    { query = '', path = {}, ...parts }: Request,
    death?: Death,
  ): Promise<ApiResult | Killed> {
    const event = { ...apiEvent(parts), rawQueryString: query, pathParameters: { ...path } };
    return this.#run(name, death, ({ dependencies }) => routeOf(dependencies)(event, lambdaContext()));
  }

  /** Runs the sweeper, as its schedule does. */
  sweep(death?: Death): Promise<'done' | Killed> {
    return this.#run<'done'>('sweep', death, async ({ dependencies }) => {
      await sweepHandler(dependencies, dependencies.log)(undefined, remaining);
      return 'done';
    });
  }

  /**
   * Asks Secrets Manager for a rotation, or to go on with one that did not come to its end, and waits for what comes of it.
   *
   * @param version - names the rotation
   */
  rotate(version: string, death?: Death): Promise<Rotated | Killed> {
    return this.#run<Rotated>('rotate', death, async () => {
      const failures: unknown[] = [];
      this.#failures = failures;
      const request = { SecretId: this.#surroundings.secrets.signingKey, ClientRequestToken: version };
      await this.#operator.send(new RotateSecretCommand(request)).catch((error: unknown) => {
        if (!(error instanceof InvalidRequestException)) throw error;
      });
      await this.#secretsManager.rotationsEnded();
      if (failures.length === 0) return 'done';
      return failures.every((error) => error instanceof RotationUnderWayError) ? 'not its turn' : 'failed';
    });
  }

  async #runStep(event: RotationEvent): Promise<void> {
    const { dependencies } = this.#process('rotate');
    const { log } = dependencies;
    const handler = rotationHandler(new Rotation(dependencies), this.#surroundings.secrets.signingKey, log);
    try {
      await handler(event, remaining);
    } catch (error) {
      this.#failures.push(error);
      throw error;
    }
  }

  /**
   * Gives up the signing key at once, as the command does. Where it comes to its end, no token of another key is to be
   * accepted any more.
   */
  emergency(death?: Death): Promise<Rotated | Killed> {
    return this.#run<Rotated>('keys', death, async ({ dependencies }) => {
      const wasEmergency = this.isEmergency;
      this.isEmergency = true;
      try {
        const kid = await rotateInEmergency({
          ...dependencies,
          replaceProcesses: () => {
            this.#processes.clear();
            return Promise.resolve();
          },
          report: () => undefined,
        });
        this.isEmergency = false;
        for (const token of this.tokens) if (token.kid !== kid) this.revoked.add(token);
        return 'done';
      } catch (error) {
        if (!(error instanceof LayermintError)) throw error;
        if (!(error instanceof RotationUnderWayError)) return 'failed';
        this.isEmergency = wasEmergency;
        return 'not its turn';
      }
    });
  }

  /** Has Document Engine be out of order until {@link recover}. */
  breakDown(outage: Outage): void {
    this.recover();
    this.isInOrder = false;
    if (outage === 'leaves out the last') {
      this.#leavesOut = true;
      return;
    }
    const ends = OPERATIONS.map((operation) => this.documentEngine.inject(operation, outage));
    this.#recover = () => {
      for (const end of ends) end();
    };
  }

  /** Has Document Engine be in order. */
  recover(): void {
    this.isInOrder = true;
    this.#leavesOut = false;
    this.#recover();
  }

  /** The grant that stands of a principal on a document. */
  async grantOf(documentId: string, principal: Principal): Promise<Grant | undefined> {
    const [slot] = await new GrantStore(this.#table).read(documentId, [principal]);
    const grant = slot?.grant;
    return grant && !isExpired(grant, secondsOf(this.clock)) ? grant : undefined;
  }

  /** Everything that lies in the table. */
  async items(): Promise<Item[]> {
    const { Items = [] } = await this.#dynamoDB.client.send(new ScanCommand({ TableName: TABLE }));
    return Items.map((item) => unmarshall(item) as Item);
  }

  /** Deletes the items whose time to live is past, as DynamoDB does sooner or later. */
  async deleteExpired(): Promise<void> {
    for (const item of await this.items()) {
      const { ttl } = item;
      if (typeof ttl === 'number' && ttl * 1000 <= this.clock.now()) await this.#table.delete(item);
    }
  }

  async close(): Promise<void> {
    this.#operator.destroy();
    await Promise.all([this.documentEngine.close(), this.#secretsManager.close(), this.#dynamoDB.close()]);
  }

  #process(name: FunctionName): FunctionProcess {
    const running = this.#processes.get(name) ?? new FunctionProcess(this.#surroundings, name === 'mint');
    this.#processes.set(name, running);
    return running;
  }

  async #run<Outcome>(
    name: FunctionName,
    death: Death | undefined,
    call: (process: FunctionProcess) => Promise<Outcome>,
  ): Promise<Outcome | Killed> {
    const running = this.#process(name);
    running.begin(death);
    try {
      const outcome = await call(running);
      if (!running.isDead) return outcome;
    } catch (error) {
      if (!running.isDead) throw error;
    }
    if (this.#processes.get(name) === running) this.#processes.delete(name);
    return 'killed';
  }
}

const remaining = { getRemainingTimeInMillis: (): number => TIME_LIMIT };

/** Document Engine does not get the last of the JWTs to revoke as it was sent, and so does not take it. */
function withoutLast(body: string): string {
  const { jwts } = z.object({ jwts: z.array(z.string()) }).parse(JSON.parse(body));
  return JSON.stringify({ jwts: [...jwts.slice(0, -1), 'damaged on the way'] });
}
