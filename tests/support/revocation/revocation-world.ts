import { type AuditEvent } from '../../../lib/audit/index.ts';
import { recordingInto } from '../audit/recording.ts';
import { COGNITO_CALLERS } from '../identity/cognito-callers.ts';
import { startDynamoDB } from '../../../tools/local/stand-ins/dynamodb/index.ts';
import {
  startDocumentEngine,
  type LocalDocumentEngine,
} from '../../../tools/local/stand-ins/document-engine/index.ts';
import rolesFile from '../../../infra/roles/roles.json' with { type: 'json' };
import { type Clock } from '../../../lib/runtime/clock.ts';
import { DocumentEngineClient } from '../../../lib/document-engine/index.ts';
import { GrantStore, parseRoles, type Grant } from '../../../lib/grants/index.ts';
import { removeGrantsHandler } from '../../../lib/http/routes/grants/remove-grants.ts';
import { setGrantHandler, type SetGrantDependencies } from '../../../lib/http/routes/grants/set-grant.ts';
import { getRevocationHandler } from '../../../lib/http/routes/revocations/get-revocation.ts';
import { revokeTokensHandler } from '../../../lib/http/routes/revocations/revoke-tokens.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import {
  beginRun,
  sweep,
  type RevocationDependencies,
  type SweepOutcome,
} from '../../../lib/revocation/index.ts';
import {
  createMinting,
  type MintedToken,
  type MintRefusal,
  type MintRequest,
} from '../../../lib/tokens/index.ts';
import { impatient, ManualClock } from '../runtime/clock.ts';
import { createDeployedTable } from '../table/deployed-table.ts';
import { fixedPublicKey, fixedSigningKeys } from '../signing-keys/fixed-signing-key.ts';
import { grant, subject } from '../grants/grants.ts';
import { type Principal } from '../../../lib/identity/index.ts';
import { Table } from '../../../lib/table/index.ts';
import { twoThirds } from '../runtime/random.ts';

const API_TOKEN = 'the-api-token-of-tests';

/** The time for a sweep, in milliseconds of the hand-moved clock. It is never over unless a test moves the clock. */
const SWEEP_TIME = 60_000;

/**
 * A world for revoking: a real table with the deployed definition, the Document Engine stand-in over a real socket, the
 * routes, and a clock that moves by hand.
 */
export class RevocationWorld {
  readonly clock: ManualClock;
  readonly lines: string[] = [];
  readonly records: AuditEvent[] = [];
  readonly documentEngine: LocalDocumentEngine;
  readonly table: Table;
  readonly store: GrantStore;
  readonly #dependencies: SetGrantDependencies & RevocationDependencies;
  readonly #close: () => Promise<void>;

  private constructor(
    documentEngine: LocalDocumentEngine,
    openTable: (clock: Clock) => Table,
    close: () => Promise<void>,
    clock: ManualClock,
  ) {
    this.clock = clock;
    this.documentEngine = documentEngine;
    this.#close = close;
    // Pauses between attempts end at once.
    const itsClock = impatient(clock);
    this.table = openTable(itsClock);
    this.store = new GrantStore(this.table);
    const log = createLogger(
      'debug',
      (line) => this.lines.push(line),
      () => clock.now(),
    );
    const revocation: RevocationDependencies = {
      table: this.table,
      documentEngine: new DocumentEngineClient({
        url: documentEngine.url,
        apiToken: { current: () => Promise.resolve(API_TOKEN), forget: () => undefined },
        clock: itsClock,
      }),
      signingKeys: fixedSigningKeys,
      clock: itsClock,
      log,
      audit: recordingInto(this.records),
    };
    this.#dependencies = {
      ...revocation,
      revocation,
      store: this.store,
      roles: parseRoles(rolesFile),
      privateLayerPrefix: 'user:',
      callers: COGNITO_CALLERS,
    };
  }

  /** Opens a world. @param documents - the ids of Document Engine's documents */
  static async open(...documents: readonly string[]): Promise<RevocationWorld> {
    const clock = new ManualClock();
    const dynamoDB = await startDynamoDB();
    await createDeployedTable(dynamoDB, 'layermint');
    const documentEngine = await startDocumentEngine({
      clock,
      algorithm: 'ES256',
      publicKey: fixedPublicKey.export({ type: 'spki', format: 'pem' }).toString(),
      apiToken: API_TOKEN,
      documents: documents.map((id) => ({ id, layers: [''] })),
    });
    return new RevocationWorld(
      documentEngine,
      (itsClock) => new Table(dynamoDB.client, 'layermint', itsClock),
      async () => {
        await Promise.all([documentEngine.close(), dynamoDB.close()]);
      },
      clock,
    );
  }

  /** The dependencies of the routes and the sweeper. A test may replace some of them. */
  get dependencies(): SetGrantDependencies & RevocationDependencies {
    return this.#dependencies;
  }

  get routes() {
    return {
      revoke: revokeTokensHandler(this.#dependencies),
      read: getRevocationHandler(this.#dependencies),
      put: setGrantHandler(this.#dependencies),
      remove: removeGrantsHandler(this.#dependencies),
    };
  }

  /** Writes a grant without revoking anything. */
  async grant(
    documentId: string,
    principal: Principal,
    role: string,
    details?: Partial<Grant>,
  ): Promise<void> {
    await this.store.put(documentId, grant(principal, role, details));
  }

  tryToMint(
    documentId: string,
    userId: string,
    groups: readonly string[] = [],
    request: Partial<MintRequest> = {},
  ): Promise<MintedToken | MintRefusal> {
    const { mintToken } = createMinting({ ...this.#dependencies, random: twoThirds });
    return mintToken(subject(userId, groups), { documentId, layer: '', ttlSeconds: 900, ...request });
  }

  async mint(documentId: string, userId: string, groups: readonly string[] = []): Promise<MintedToken> {
    const outcome = await this.tryToMint(documentId, userId, groups);
    if (outcome.outcome !== 'minted') throw new TypeError(`not minted: ${JSON.stringify(outcome)}`);
    return outcome;
  }

  /** Tells whether Document Engine accepts a token now. */
  accepts({ jwt }: MintedToken): boolean {
    return this.documentEngine.verify(jwt).accepted;
  }

  sweep(): Promise<SweepOutcome> {
    return sweep(beginRun(this.#dependencies, SWEEP_TIME));
  }

  close(): Promise<void> {
    return this.#close();
  }
}
