import { ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  InvalidRequestException,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import {
  startDocumentEngine,
  type LocalDocumentEngine,
} from '../../../../tools/local/stand-ins/document-engine/index.ts';
import { startDynamoDB, type DynamoDB } from '../../../../tools/local/stand-ins/dynamodb/index.ts';
import { type Fault } from '../../../../tools/local/stand-ins/faults.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../../../tools/local/stand-ins/aws-account.ts';
import {
  startSecretsManager,
  type LocalSecretsManager,
  type RotationEvent,
} from '../../../../tools/local/stand-ins/secrets-manager/index.ts';
import { GrantStore, isExpired, type Grant } from '../../../../lib/grants/index.ts';
import { type Principal } from '../../../../lib/identity/index.ts';
import { generateSigningKey } from '../../../../lib/rotation/index.ts';
import { secondsOf } from '../../../../lib/runtime/clock.ts';
import { createLogger } from '../../../../lib/runtime/log.ts';
import { spkiOf } from '../../../../lib/signing-keys/index.ts';
import { Table, type Item } from '../../../../lib/table/index.ts';
import { type Behaviour } from '../../document-engine/behaviours.ts';
import { impatient, ManualClock } from '../../runtime/clock.ts';
import { createDeployedTable } from '../../table/deployed-table.ts';
import { type Surroundings } from './function-process.ts';

/** A kind of outage of Document Engine: in all operations, or by leaving out the last of the JWTs to revoke. */
export type Outage = Exclude<Fault, 'hang'> | 'leaves out the last';

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

/** The systems that the functions call, over real sockets: the table, Secrets Manager, Document Engine. */
export class Systems {
  readonly clock: ManualClock;
  readonly documentEngine: LocalDocumentEngine;
  readonly surroundings: Surroundings;
  /** True if Document Engine works. */
  isInOrder = true;
  readonly #dynamoDB: DynamoDB;
  readonly #table: Table;
  readonly #secretsManager: LocalSecretsManager;
  readonly #operator: SecretsManagerClient;
  #leavesOut = false;
  #recover = (): void => undefined;

  /**
   * @param behaviour - Document Engine's behaviour that its documentation leaves open
   * @param invokeRotation - invokes the function that rotates the signing key
   */
  static async open(
    behaviour: Partial<Behaviour>,
    invokeRotation: (event: RotationEvent) => Promise<void>,
  ): Promise<Systems> {
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
    const secretsManager = await startSecretsManager({ clock, invokeRotation });
    const systems = new Systems(clock, dynamoDB, secretsManager, documentEngine, {
      secrets: {
        signingKey: secretsManager.createSecret('signing-key', secretString),
        apiToken: secretsManager.createSecret('api-token', API_TOKEN),
      },
      ...(behaviour.revocationVerifies === false && { probeDocumentId: PROBE_DOCUMENT }),
    });
    secretsManager.setRotationEnabled('signing-key', true);
    return systems;
  }

  private constructor(
    clock: ManualClock,
    dynamoDB: DynamoDB,
    secretsManager: LocalSecretsManager,
    documentEngine: LocalDocumentEngine,
    rest: Pick<Surroundings, 'secrets' | 'probeDocumentId'>,
  ) {
    this.clock = clock;
    this.documentEngine = documentEngine;
    this.#dynamoDB = dynamoDB;
    this.#table = new Table(dynamoDB.client, TABLE, impatient(clock));
    this.#secretsManager = secretsManager;
    this.#operator = new SecretsManagerClient({
      endpoint: secretsManager.url,
      region: REGION,
      credentials: LOCAL_CREDENTIALS,
    });
    this.surroundings = {
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

  /** Begins an outage of Document Engine, which lasts until {@link recover}. */
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

  /** Ends an outage of Document Engine. */
  recover(): void {
    this.isInOrder = true;
    this.#leavesOut = false;
    this.#recover();
  }

  /** Asks Secrets Manager for a rotation, or to continue one, and waits until none of its steps runs. */
  async requestRotation(version: string): Promise<void> {
    const request = { SecretId: this.surroundings.secrets.signingKey, ClientRequestToken: version };
    await this.#operator.send(new RotateSecretCommand(request)).catch((error: unknown) => {
      if (!(error instanceof InvalidRequestException)) throw error;
    });
    await this.#secretsManager.rotationsEnded();
  }

  /** Reads a principal's unexpired grant on a document. */
  async grantOf(documentId: string, principal: Principal): Promise<Grant | undefined> {
    const [slot] = await new GrantStore(this.#table).read(documentId, [principal]);
    const grant = slot?.grant;
    return grant && !isExpired(grant, secondsOf(this.clock)) ? grant : undefined;
  }

  /** Reads all items of the table. */
  async items(): Promise<Item[]> {
    const { Items = [] } = await this.#dynamoDB.client.send(new ScanCommand({ TableName: TABLE }));
    return Items.map((item) => unmarshall(item) as Item);
  }

  /** Deletes all items with a time to live in the past, as DynamoDB does sooner or later. */
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
}

/** Damages the last of the JWTs to revoke, so that Document Engine does not take it. */
function withoutLast(body: string): string {
  const { jwts } = z.object({ jwts: z.array(z.string()) }).parse(JSON.parse(body));
  return JSON.stringify({ jwts: [...jwts.slice(0, -1), 'damaged on the way'] });
}
