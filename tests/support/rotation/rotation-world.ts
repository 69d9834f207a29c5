import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { backendApi } from '../../../tools/local/stand-ins/document-engine/backend-api.ts';
import { Documents } from '../../../tools/local/stand-ins/document-engine/held-documents.ts';
import { JwtSecrets } from '../../../tools/local/stand-ins/document-engine/jwt-secrets.ts';
import {
  defaultBehaviour,
  type UndocumentedBehaviour,
} from '../../../tools/local/stand-ins/document-engine/options.ts';
import { parsePublicKey } from '../../../tools/local/stand-ins/document-engine/public-key.ts';
import { Revocations } from '../../../tools/local/stand-ins/document-engine/revocations.ts';
import { route } from '../../../tools/local/stand-ins/document-engine/routing.ts';
import { verifyClientToken, type TokenRules } from '../../../tools/local/stand-ins/document-engine/tokens.ts';
import { viewer } from '../../../tools/local/stand-ins/document-engine/viewer.ts';
import { Faults } from '../../../tools/local/stand-ins/faults.ts';
import { connectionDropped, textAnswer } from '../../../tools/local/stand-ins/loopback-server.ts';
import { answer, operationOf } from '../../../tools/local/stand-ins/secrets-manager/protocol.ts';
import { Rotations } from '../../../tools/local/stand-ins/secrets-manager/secret-rotation.ts';
import { Secrets } from '../../../tools/local/stand-ins/secrets-manager/secrets.ts';
import { type Clock } from '../../../lib/runtime/clock.ts';
import { DocumentEngineClient } from '../../../lib/document-engine/index.ts';
import { createLogger, type Logger } from '../../../lib/runtime/log.ts';
import {
  recordUse,
  signingKeyFetcher,
  SigningKeyCache,
  signJwt,
  signingKeyOf,
  type Algorithm,
  type SigningKey,
} from '../../../lib/signing-keys/index.ts';
import {
  generateSigningKey,
  Rotation,
  ROTATION_STEPS,
  SigningKeySecret,
  type Predecessor,
  type RotationDependencies,
} from '../../../lib/rotation/index.ts';
import { NOON } from '../runtime/clock.ts';
import { MemoryTable } from '../table/memory-table.ts';
import { Calls, type Service } from './rotation-faults.ts';
import { KEYS_PARTITION, type Expression, type Item, type Key } from '../../../lib/table/index.ts';

const DAY = 86_400;
const SECRET = 'signing-key';
const API_TOKEN = 'api-token-of-document-engine';
const PROBE_DOCUMENT = 'probe-document';

/** A clock that is moved by hand, and on which nobody sleeps. */
export class StillClock implements Clock {
  #now = NOON * 1000;
  now(): number {
    return this.#now;
  }
  sleep(): Promise<void> {
    return Promise.resolve();
  }
  /** Moves the clock on, in seconds. */
  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }
}

/** Every call to the table goes through `calls`. */
class ObservedTable extends MemoryTable {
  readonly #around: Calls['through'];

  constructor(around: Calls['through']) {
    super();
    this.#around = around;
  }

  override batchGet(keys: readonly Key[]): Promise<Item[]> {
    return this.#around('DynamoDB', 'BatchGetItem', () => super.batchGet(keys));
  }
  override put(item: Item, condition?: Expression): Promise<boolean> {
    return this.#around('DynamoDB', 'PutItem', () => super.put(item, condition));
  }
  override update(key: Key, update: Expression, condition: Expression): Promise<boolean> {
    return this.#around('DynamoDB', 'UpdateItem', () => super.update(key, update, condition));
  }
  override delete(key: Key, condition?: Expression): Promise<boolean> {
    return this.#around('DynamoDB', 'DeleteItem', () => super.delete(key, condition));
  }
  override query(): Promise<{ readonly items: Item[] }> {
    return this.#around('DynamoDB', 'Query', () =>
      Promise.resolve({ items: this.everything().filter(({ pk }) => pk === KEYS_PARTITION) }),
    );
  }
}

/** How the world is to be. */
export interface WorldOptions {
  readonly behaviour?: Partial<UndocumentedBehaviour>;
  readonly algorithm?: Algorithm;
  /** `key`: the secret holds a key, which is Document Engine's current one. `none`: there is no key yet. */
  readonly begins?: 'key' | 'none';
  /** Whether the key of the backend before, which is Document Engine's current one, is to go on; with `none`. */
  readonly predecessor?: boolean;
  /** The longest life of a token, in seconds. */
  readonly longestLife?: number;
  /** When a live token is checked: `always` = also whenever Document Engine has carried out a change. */
  readonly checked?: 'always' | 'first and last second';
}

/** A token in somebody's hands. */
export interface LiveToken {
  readonly jwt: string;
  /** Unix seconds. */
  readonly exp: number;
  readonly kid: string;
}

/** A token that Document Engine refused within its life. */
export interface Refusal {
  readonly kid: string;
  /** The last call that Document Engine carried out. */
  readonly after: string;
  /** Whether the key was current at Document Engine until it was rotated, and it was not yet told of the key again. */
  readonly inGap: boolean;
}

/**
 * Secrets Manager, the table, Document Engine and processes that sign, in memory and in one process, with a clock that
 * stands still. What tokens are live is checked whenever Document Engine has carried out a change.
 */
export class RotationWorld {
  readonly clock = new StillClock();
  readonly calls = new Calls();
  readonly lines: string[] = [];
  readonly log: Logger;
  readonly table: MemoryTable;
  readonly secret: SigningKeySecret;
  readonly rotation: Rotation;
  readonly dependencies: RotationDependencies;
  readonly documentEngine: DocumentEngineClient;
  /** Of Secrets Manager, apart from rotation's own. */
  readonly client: SecretsManagerClient;
  readonly refusals: Refusal[] = [];
  readonly predecessorToken: LiveToken | undefined;
  readonly longestLife: number;
  readonly interval = 90 * DAY;
  readonly #algorithm: Algorithm;
  readonly #checked: NonNullable<WorldOptions['checked']>;
  readonly #rules: TokenRules;
  readonly #secrets: Secrets;
  readonly #tokens = new Set<LiveToken>();
  #lastChange = 'nothing';
  /** The keys that were current, until Document Engine is told of them again. */
  readonly #inGap = new Set<string>();

  /** Makes a world. */
  static async create(options: WorldOptions = {}): Promise<RotationWorld> {
    const clock = new StillClock();
    const algorithm = options.algorithm ?? 'ES256';
    const { pair, secretString } = await generateSigningKey(algorithm, clock);
    const boot = {
      kid: pair.kid,
      secretString,
      publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      token: await signJwt(
        { document_id: PROBE_DOCUMENT, permissions: ['read-document'], exp: NOON + 300 * DAY },
        signingKeyOf(pair),
      ),
    };
    return new RotationWorld(options, boot);
  }

  private constructor(
    options: WorldOptions,
    boot: {
      readonly kid: string;
      readonly secretString: string;
      readonly publicKey: string;
      readonly token: string;
    },
  ) {
    const { begins = 'key', predecessor = false, longestLife = 3600 } = options;
    this.#algorithm = options.algorithm ?? 'ES256';
    this.longestLife = longestLife;
    this.#checked = options.checked ?? 'always';
    this.log = createLogger(
      'debug',
      (line) => this.lines.push(line),
      () => this.clock.now(),
    );
    const behaviour = { ...defaultBehaviour, ...options.behaviour };
    const publicKey = parsePublicKey(boot.publicKey, this.#algorithm);
    if (publicKey === undefined) throw new TypeError('the boot key is a public key');
    this.#rules = {
      algorithm: this.#algorithm,
      secrets: new JwtSecrets(publicKey, behaviour, this.clock),
      revocations: new Revocations(this.clock, behaviour.leewaySeconds),
      clock: this.clock,
      behaviour,
    };
    this.documentEngine = new DocumentEngineClient({
      url: 'http://document-engine',
      apiToken: { current: () => Promise.resolve(API_TOKEN), forget: () => undefined },
      clock: this.clock,
      fetch: this.#fetch(this.#rules),
    });
    this.#secrets = new Secrets();
    this.client = this.#secretsManager((_service, _name, effect) => effect());
    const secret = this.#secrets.add(SECRET, undefined, this.clock.now());
    secret.rotationEnabled = true;
    const content = begins === 'key' ? boot.secretString : '{"state": "none"}';
    secret.put(randomUUID(), { kind: 'SecretString', content }, ['AWSCURRENT'], this.clock.now());
    this.secret = new SigningKeySecret(this.#secretsManager(this.#observed), SECRET);
    this.table = new ObservedTable(this.#observed);
    const validUntil = NOON + 300 * DAY;
    const before: Predecessor | undefined = predecessor
      ? { publicKey: boot.publicKey, validUntil }
      : undefined;
    if (predecessor) {
      this.predecessorToken = { jwt: boot.token, exp: validUntil, kid: boot.kid };
      this.#tokens.add(this.predecessorToken);
    }
    this.dependencies = {
      secret: this.secret,
      documentEngine: this.documentEngine,
      table: this.table,
      algorithm: this.#algorithm,
      longestLife,
      interval: this.interval,
      ...(before && { predecessor: before }),
      ...(!behaviour.revocationVerifies && { probeDocumentId: PROBE_DOCUMENT }),
      clock: this.clock,
      log: this.log,
    };
    this.rotation = new Rotation(this.dependencies);
  }

  readonly #observed: Calls['through'] = (service, name, effect) => this.calls.through(service, name, effect);

  /** @param around - what each call goes through */
  #secretsManager(
    around: <T>(service: Service, name: string, effect: () => Promise<T>) => Promise<T>,
  ): SecretsManagerClient {
    const account = { secrets: this.#secrets, clock: this.clock, rotations: new Rotations(undefined) };
    return new SecretsManagerClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
      requestHandler: {
        handle: async ({ method, path, headers, body }: SentRequest) => {
          const request = {
            method,
            path,
            query: new URLSearchParams(),
            headers: lowerCase(headers),
            body: new TextDecoder().decode(body),
          };
          const operation = operationOf(request);
          if (operation === undefined) throw new TypeError('the request names an operation');
          const response = await around('Secrets Manager', operation, () =>
            answer(operation, request.body, account),
          );
          return {
            response: {
              statusCode: response.status,
              headers: { ...response.headers },
              body: Buffer.from(response.body),
            },
          };
        },
      },
    });
  }

  #fetch(rules: TokenRules): (url: string, init: RequestInit) => Promise<Response> {
    const documents = new Documents([{ id: PROBE_DOCUMENT, layers: [''] }]);
    const routes = [...backendApi(API_TOKEN, documents, rules), ...viewer(documents, rules)];
    const none = textAnswer(503, 'unused');
    const faults = new Faults<(typeof routes)[number]['operation']>({ serverError: none, throttled: none });
    return async (url, { method = 'GET', headers, body }) => {
      const { pathname, searchParams } = new URL(url);
      const request = {
        method,
        path: pathname,
        query: searchParams,
        headers: lowerCase(headers as Record<string, string>),
        body: typeof body === 'string' ? body : '',
      };
      const name = `${method} ${pathname}`;
      return this.#observed('Document Engine', name, async () => {
        const before = this.entries();
        const answered = await route(request, routes, faults);
        if (answered === connectionDropped) throw new TypeError('no fault is injected there');
        if (method === 'POST' && answered.status === 200) this.#changed(pathname, request.body, before);
        return new Response(answered.body as string, { status: answered.status, headers: answered.headers });
      });
    };
  }

  #changed(path: string, body: string, before: ReturnType<RotationWorld['entries']>): void {
    this.#lastChange = path;
    const told = z.object({ secret: z.string() }).safeParse(JSON.parse(body)).data?.secret;
    const key = told === undefined ? undefined : parsePublicKey(told, this.#algorithm)?.thumbprint;
    if (path === '/api/secrets/jwt/rotate') {
      for (const { thumbprint, expiresAt } of before)
        if (expiresAt === undefined) this.#inGap.add(thumbprint);
    }
    if (key !== undefined) this.#inGap.delete(key);
    const id = Number(/^\/api\/secrets\/jwt\/(\d+)$/.exec(path)?.[1]);
    for (const entry of before) if (entry.id === id) this.#inGap.delete(entry.thumbprint);
    this.check();
  }

  /** How many tokens were checked, each as often as it was. */
  checks = 0;

  /** Checks every live token now, if they are always. */
  check(): void {
    if (this.#checked === 'always') for (const token of this.#tokens) this.#checkOne(token);
  }

  #checkOne(token: LiveToken): void {
    if (token.exp <= Math.floor(this.clock.now() / 1000)) {
      this.#tokens.delete(token);
      return;
    }
    this.checks += 1;
    if (verifyClientToken(token.jwt, this.#rules).accepted) return;
    this.refusals.push({ kid: token.kid, after: this.#lastChange, inGap: this.#inGap.has(token.kid) });
  }

  /** Moves the clock on by seconds, and checks every token in its last second on the way. */
  pass(seconds: number): void {
    const until = Math.floor(this.clock.now() / 1000) + seconds;
    const ending = [...this.#tokens]
      .filter(({ exp }) => exp - 1 <= until)
      .sort((one, other) => one.exp - other.exp);
    for (const token of ending) {
      this.clock.advance(Math.max(0, token.exp - 1 - Math.floor(this.clock.now() / 1000)));
      this.#checkOne(token);
      this.#tokens.delete(token);
    }
    this.clock.advance(until - Math.floor(this.clock.now() / 1000));
    this.check();
  }

  /** A process that signs, with a cache of its own. */
  process(): SigningProcess {
    return new SigningProcess(this);
  }

  /** Takes a token into the hands of somebody. */
  hold(token: LiveToken): void {
    this.#tokens.add(token);
    this.#checkOne(token);
  }

  /** Whether Document Engine accepts a token now. */
  accepts({ jwt }: LiveToken): boolean {
    return verifyClientToken(jwt, this.#rules).accepted;
  }

  /** Labels the version that Secrets Manager would make for a new rotation. */
  beginRotation(version: string = randomUUID()): string {
    this.#secrets.find(SECRET).addPending(version, this.clock.now());
    return version;
  }

  /** Takes AWSPENDING off, as whoever gives up a rotation does. */
  dropPending(): void {
    const secret = this.#secrets.find(SECRET);
    const pending = secret.pendingVersion();
    if (pending) secret.moveStage('AWSPENDING', pending.id, undefined, this.clock.now());
  }

  /** Sets what DescribeSecret says of rotation. */
  enableRotation(enabled: boolean): void {
    this.#secrets.find(SECRET).rotationEnabled = enabled;
  }

  /** Runs all four steps, as Secrets Manager does. */
  async rotate(version = this.beginRotation()): Promise<string> {
    for (const step of ROTATION_STEPS) await this.rotation.run(step, version, 120);
    return version;
  }

  /** What Document Engine holds: Unix seconds, undefined for the current one. */
  entries(): { readonly id: number; readonly thumbprint: string; readonly expiresAt: number | undefined }[] {
    return this.#rules.secrets.list().map(({ id, publicKey, expiresAt }) => ({
      id,
      thumbprint: publicKey.thumbprint,
      expiresAt: expiresAt === undefined ? undefined : expiresAt / 1000,
    }));
  }

  /** The labels of a version. */
  labels(version: string): string[] {
    return [...(this.#secrets.find(SECRET).version(version)?.stages ?? [])].sort();
  }

  /** The published states by `kid`. */
  published(): Record<string, unknown> {
    return Object.fromEntries(
      this.table
        .everything()
        .flatMap(({ pk, sk, state }) => (pk === KEYS_PARTITION && state ? [[sk, state]] : [])),
    );
  }
}

/** A request as the SDK sends it. */
interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** A process that signs, as a warm mint function is one. */
export class SigningProcess {
  readonly #world: RotationWorld;
  readonly #keys: SigningKeyCache<SigningKey>;
  /** Whether Secrets Manager answers it. */
  reachesSecretsManager = true;

  constructor(world: RotationWorld) {
    this.#world = world;
    // Its calls are not rotation's: they do not go through what counts those.
    const table = world.table.beside();
    const fetch = signingKeyFetcher(world.client, SECRET, world.dependencies.algorithm, (key) =>
      recordUse(table, key, world.longestLife),
    );
    this.#keys = new SigningKeyCache(
      () => (this.reachesSecretsManager ? fetch() : Promise.reject(new Error('out of reach'))),
      world.clock,
      world.log,
    );
  }

  /** Signs a token of the longest life, which is checked at once and as long as it lives. */
  async mint(): Promise<LiveToken> {
    const key = await this.#keys.current();
    const iat = Math.floor(this.#world.clock.now() / 1000);
    const exp = iat + this.#world.longestLife;
    const jwt = await signJwt(
      { document_id: PROBE_DOCUMENT, permissions: ['read-document'], iat, exp, jti: randomUUID() },
      key,
    );
    const token = { jwt, exp, kid: key.kid };
    this.#world.hold(token);
    return token;
  }
}

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
