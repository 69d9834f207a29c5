import { randomUUID } from 'node:crypto';
import { type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  createDocumentEngine,
  type DocumentEngine,
  type UndocumentedBehaviour,
} from '../../../tools/local/stand-ins/document-engine/index.ts';
import {
  createSecretsManager,
  type SecretsManager,
} from '../../../tools/local/stand-ins/secrets-manager/index.ts';
import { DocumentEngineClient } from '../../../lib/document-engine/index.ts';
import {
  generateSigningKey,
  Rotation,
  ROTATION_STEPS,
  SigningKeySecret,
  type GeneratedKey,
  type RotationDependencies,
} from '../../../lib/rotation/index.ts';
import { type Clock } from '../../../lib/runtime/clock.ts';
import { createLogger, type Logger } from '../../../lib/runtime/log.ts';
import { DAY, HOUR, toSeconds, type Seconds } from '../../../lib/runtime/time.ts';
import { signingKeyOf, signJwt, spkiOf, type Algorithm } from '../../../lib/signing-keys/index.ts';
import { KEYS_PARTITION } from '../../../lib/table/index.ts';
import { impatient, ManualClock, NOON } from '../runtime/clock.ts';
import { type MemoryTable } from '../table/memory-table.ts';
import { LiveTokens, type Checked, type LiveToken, type Refusal } from './live-tokens.ts';
import { ObservedTable } from './observed-table.ts';
import { Calls } from './rotation-faults.ts';
import { SigningProcess } from './signing-process.ts';

const SECRET = 'signing-key';
const API_TOKEN = 'api-token-of-document-engine';
const PROBE_DOCUMENT = 'probe-document';
const PREDECESSOR_VALID_UNTIL: Seconds = NOON + 300 * DAY;

/** The state at the beginning. */
export interface WorldOptions {
  readonly behaviour?: Partial<UndocumentedBehaviour>;
  readonly algorithm?: Algorithm;
  /** `key`: the secret holds a key, which is Document Engine's current one. `none`: there is no key yet. */
  readonly begins?: 'key' | 'none';
  /** With `none`: true if Document Engine's current key is a predecessor's, which must continue to verify. */
  readonly predecessor?: boolean;
  /** The longest life of a token; an hour unless given. */
  readonly longestLife?: Seconds;
  /** Another stage, whose Document Engine and clock this one shares. */
  readonly beside?: RotationWorld;
  readonly checked?: Checked;
}

/** An entry of Document Engine's list, with its key, which the list itself does not show. */
export interface Entry {
  readonly id: number;
  readonly thumbprint: string;
  /** Unix seconds; undefined for the current one. */
  readonly expiresAt: Seconds | undefined;
}

/**
 * Secrets Manager, the table, Document Engine and processes that sign, all in memory. The clock moves by hand, and pauses pass
 * at once. The calls of rotation go through `calls`.
 */
export class RotationWorld {
  readonly clock: ManualClock;
  readonly calls = new Calls();
  readonly lines: string[] = [];
  readonly log: Logger = createLogger(
    'debug',
    (line) => this.lines.push(line),
    () => this.clock.now(),
  );
  readonly table: MemoryTable = new ObservedTable(this.calls);
  readonly secret: SigningKeySecret;
  readonly rotation: Rotation;
  readonly dependencies: RotationDependencies;
  readonly documentEngine: DocumentEngineClient;
  readonly predecessorToken: LiveToken | undefined;
  readonly longestLife: Seconds;
  readonly interval: Seconds = 90 * DAY;
  readonly #hasty: Clock;
  readonly #secretsManager: SecretsManager;
  /** The client of Secrets Manager for everything except rotation. */
  readonly #client: SecretsManagerClient;
  readonly #standIn: DocumentEngine;
  readonly #tokens: LiveTokens;

  static async create(options: WorldOptions = {}): Promise<RotationWorld> {
    const first = await generateSigningKey(options.algorithm ?? 'ES256', new ManualClock());
    const permissions = ['read-document'];
    const claims = { document_id: PROBE_DOCUMENT, permissions, exp: PREDECESSOR_VALID_UNTIL };
    return new RotationWorld(options, first, await signJwt(claims, signingKeyOf(first.pair)));
  }

  /** @param jwt - a token of the first key */
  private constructor(options: WorldOptions, { pair, secretString }: GeneratedKey, jwt: string) {
    const { behaviour = {}, algorithm = 'ES256', begins = 'key', longestLife = HOUR } = options;
    const publicKey = spkiOf(pair.publicKey);
    this.longestLife = longestLife;
    this.clock = options.beside?.clock ?? new ManualClock();
    this.#hasty = impatient(this.clock);
    this.#secretsManager = createSecretsManager({ clock: this.clock });
    this.#client = this.#secretsManager.client();
    this.#standIn =
      (options.beside && options.beside.#standIn) ??
      createDocumentEngine({
        ...{ ...behaviour, clock: this.clock, algorithm, publicKey },
        ...{ apiToken: API_TOKEN, documents: [{ id: PROBE_DOCUMENT, layers: [''] }] },
      });
    this.#tokens = new LiveTokens(this.clock, this.#standIn, options.checked ?? 'always');
    this.documentEngine = new DocumentEngineClient({
      url: 'http://document-engine',
      apiToken: { current: () => Promise.resolve(API_TOKEN), forget: () => undefined },
      clock: this.#hasty,
      fetch: (url, init) => this.#fetch(url, init),
    });
    this.#secretsManager.createSecret(SECRET, begins === 'key' ? secretString : '{"state": "none"}');
    this.enableRotation(true);
    this.secret = new SigningKeySecret(observed(this.#secretsManager.client(), this.calls), SECRET);
    if (options.predecessor === true) {
      this.predecessorToken = { jwt, exp: PREDECESSOR_VALID_UNTIL, kid: pair.kid };
      this.#tokens.add(this.predecessorToken);
    }
    this.dependencies = {
      secret: this.secret,
      documentEngine: this.documentEngine,
      table: this.table,
      algorithm,
      longestLife,
      interval: this.interval,
      predecessor: this.predecessorToken ? { publicKey, validUntil: this.predecessorToken.exp } : 'none',
      ...(behaviour.revocationVerifies === false && { probeDocumentId: PROBE_DOCUMENT }),
      clock: this.#hasty,
      log: this.log,
    };
    this.rotation = new Rotation(this.dependencies);
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url);
    const { method = 'GET', body } = init;
    return this.calls.through('Document Engine', `${method} ${pathname}`, async () => {
      const before = this.#standIn.secrets();
      const response = await this.#standIn.fetch(url, init);
      if (method === 'POST' && response.status === 200)
        await this.#tokens.changed(pathname, typeof body === 'string' ? body : '', before);
      return response;
    });
  }

  /** The refusals of tokens that had not expired. */
  get refusals(): readonly Refusal[] {
    return this.#tokens.refusals;
  }

  /** The number of checks so far, over all tokens. */
  get checks(): number {
    return this.#tokens.checks;
  }

  /** Advances the clock, and checks each token in its last second on the way. */
  pass(time: Seconds): void {
    this.#tokens.pass(time);
  }

  /** Starts a process that signs, with its own cache. Its calls do not go through `calls`. */
  process(): SigningProcess {
    return new SigningProcess({
      client: this.#client,
      secretId: SECRET,
      algorithm: this.dependencies.algorithm,
      table: this.table.beside(),
      clock: this.#hasty,
      log: this.log,
      documentId: PROBE_DOCUMENT,
      life: this.longestLife,
      tokens: this.#tokens,
    });
  }

  /** Tells whether Document Engine accepts a token now. */
  accepts({ jwt }: LiveToken): boolean {
    return this.#standIn.verify(jwt).accepted;
  }

  /** Creates a version with the label AWSPENDING and no value, as RotateSecret does. @returns its id */
  beginRotation(version: string = randomUUID()): string {
    this.#secretsManager.secret(SECRET).addPending(version, this.clock.now());
    return version;
  }

  /** Detaches AWSPENDING, as an operator does to abandon a rotation. */
  dropPending(): void {
    const secret = this.#secretsManager.secret(SECRET);
    const pending = secret.pendingVersion();
    if (pending) secret.moveStage('AWSPENDING', pending.id, undefined, this.clock.now());
  }

  /** Sets `RotationEnabled` of the secret. */
  enableRotation(enabled: boolean): void {
    this.#secretsManager.setRotationEnabled(SECRET, enabled);
  }

  /** Runs all four steps, as Secrets Manager does. @returns the version that is current then */
  async rotate(version = this.beginRotation()): Promise<string> {
    for (const step of ROTATION_STEPS) await this.rotation.run(step, version, 120);
    return version;
  }

  /** Restarts Document Engine with REPLACE_SECRETS_FROM_ENV=true: it holds the first key alone, from its environment. */
  restartFromEnvironment(): void {
    this.#standIn.restartFromEnvironment();
  }

  /** Lists the public keys that Document Engine holds. */
  entries(): Entry[] {
    return this.#standIn.secrets().map(({ id, thumbprint, expiresAt }) => ({
      id,
      thumbprint,
      expiresAt: expiresAt === undefined ? undefined : toSeconds(expiresAt),
    }));
  }

  /** Lists the labels of a version, sorted. */
  labels(version: string): string[] {
    return [...(this.#secretsManager.secret(SECRET).version(version)?.stages ?? [])].sort();
  }

  /** Gives the published states by `kid`. */
  published(): Record<string, unknown> {
    return Object.fromEntries(
      this.table
        .everything()
        .flatMap(({ pk, sk, state }) => (pk === KEYS_PARTITION && state ? [[sk, state]] : [])),
    );
  }
}

/** Makes every call of a client go through `calls`. */
function observed(client: SecretsManagerClient, calls: Calls): SecretsManagerClient {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) =>
        calls.through('Secrets Manager', commandName.replace(/Command$/, ''), () => next(args)),
    { step: 'finalizeRequest' },
  );
  return client;
}
