import { createPublicKey } from 'node:crypto';
import { GrantStore } from '../../../lib/grants/index.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import type { Random } from '../../../lib/runtime/random.ts';
import { toMilliseconds, type Milliseconds, type Seconds } from '../../../lib/runtime/time.ts';
import {
  recordUse,
  SigningKeyCache,
  signingKeyFetcher,
  type SigningKeys,
} from '../../../lib/signing-keys/index.ts';
import { Table } from '../../../lib/table/index.ts';
import { generateSigningKey, type SigningKeyPair } from '../../../tools/local/stack/demo/demo-signing-key.ts';
import type { MintUse } from '../../../tools/model/counted-use.ts';
import { UNRECORDED } from '../../support/audit/recording.ts';
import { EVERYONE, grant, group } from '../../support/grants/grants.ts';
import { lambdaContext, tokenIn } from '../../support/http/events.ts';
import { SimulatedClock } from '../../support/runtime/simulated-clock.ts';
import { minting } from '../../support/tokens/minting.ts';
import { AwsInMemory } from '../aws-in-memory.ts';
import { GeneratedItems } from '../scale/generated-items.ts';
import { callerIn, DOCUMENT, grantsOfOthers, groupName, requestBy } from '../scale/scale-world.ts';
import { TABLE, TTL } from '../scenario.ts';

/** The settings of the counted mints. */
export interface CountedSettings {
  /** The groups of the caller. One of them has a grant, if there are any. */
  readonly groups: number;
  /** All grants on the document: everyone's, a group's, and those of other users. */
  readonly grants: number;
  readonly ttlSeconds: Seconds;
}

/** The assumed time of a call of AWS. */
export const CALL: Milliseconds = 10;

/** A process of the mint function: its handler, and its own cache of the signing key. */
export interface MintProcess {
  /** Mints a token for the document. @returns the seconds until `refreshAt` */
  readonly mint: (userId?: string) => Promise<Seconds>;
}

/** A process and the counted work of something that it did. */
export interface Counted {
  readonly use: MintUse;
  readonly secretCalls: number;
}

/** A document in a table in memory. Each call of AWS takes {@link CALL} on a clock that moves by itself. */
export class CountedWorld {
  readonly #clock = new SimulatedClock();
  readonly #aws: AwsInMemory;
  readonly #signingKey: SigningKeyPair;
  readonly #settings: CountedSettings;
  readonly #table: Table;
  readonly #log = createLogger('error', () => undefined);
  /** The time between mints. */
  #passed: Milliseconds = 0;

  private constructor(aws: AwsInMemory, signingKey: SigningKeyPair, settings: CountedSettings) {
    this.#aws = aws;
    this.#signingKey = signingKey;
    this.#settings = settings;
    this.#table = new Table(this.#slow(aws.dynamoDB()), TABLE, this.#clock);
  }

  /** Makes a world in which the signing key is published, as after a rotation. */
  static async of(settings: CountedSettings): Promise<CountedWorld> {
    const signingKey = await generateSigningKey(new SimulatedClock());
    const own = settings.groups > 0 ? [grant(group(groupName(0)), 'commenter')] : [];
    const others = Math.max(0, settings.grants - own.length - 1);
    const aws = new AwsInMemory(JSON.stringify(signingKey), new GeneratedItems([grantsOfOthers(others)]));
    const world = new CountedWorld(aws, signingKey, settings);
    const store = new GrantStore(world.#table);
    for (const one of [grant(EVERYONE, 'annotator'), ...own]) await store.put(DOCUMENT, one);
    const publicKey = createPublicKey(signingKey.publicKey);
    await recordUse(world.#table, { ...signingKey, publicKey }, TTL.max);
    return world;
  }

  /** Starts a process that fetches the signing key, and again when it is no longer fresh. */
  newProcess(): MintProcess {
    const fetch = signingKeyFetcher(
      this.#slow(this.#aws.secretsManager()),
      'signing-key',
      this.#signingKey.alg,
      (key) => recordUse(this.#table, key, TTL.max),
    );
    return this.process({ signingKeys: new SigningKeyCache(fetch, this.#clock, this.#log) });
  }

  /** Makes a process that always holds a fresh key. `random` chooses the times to refresh; the middle unless given. */
  process(given: { readonly random?: Random; readonly signingKeys?: SigningKeys } = {}): MintProcess {
    const handler = mintTokenHandler({
      ...minting({ log: this.#log, audit: UNRECORDED, random: () => 0.5, ...given }),
      clock: this.#clock,
      table: this.#table,
      ttl: TTL,
    });
    const { groups } = callerIn(this.#settings.groups);
    const body = { documentId: DOCUMENT, ttlSeconds: this.#settings.ttlSeconds };
    return {
      mint: async (userId = 'auth0|5f7c8ec7c33c6c004bbafe82') => {
        const { issuedAt, refreshAt } = tokenIn(
          await handler(requestBy({ userId, groups }, { body }), lambdaContext()),
        );
        return (Date.parse(refreshAt) - Date.parse(issuedAt)) / 1000;
      },
    };
  }

  /** Passes time. */
  async pass(seconds: Seconds): Promise<void> {
    this.#passed += toMilliseconds(seconds);
    await this.#clock.sleep(toMilliseconds(seconds));
  }

  /** Counts the use of AWS by mints. @param act - returns their number */
  async count(act: () => Promise<number>): Promise<Counted> {
    const [aws, began] = [this.#aws, this.#clock.now()];
    aws.calls.clear();
    aws.readUnits = 0;
    aws.writeUnits = 0;
    aws.indexWriteUnits = 0;
    this.#passed = 0;
    const mints = await act();
    const { GetSecretValue: secretCalls = 0, ...ofTable } = Object.fromEntries(aws.calls);
    const use = {
      calls: Object.values(ofTable).reduce((sum, count) => sum + count, 0) / mints,
      waitMs: (this.#clock.now() - began - this.#passed) / mints,
      readUnits: aws.readUnits / mints,
      writeUnits: (aws.writeUnits - aws.indexWriteUnits) / mints,
    };
    return { use, secretCalls };
  }

  #slow<Client extends { send: (...call: never[]) => unknown }>(client: Client): Client {
    const send = client.send.bind(client);
    return Object.assign(client, {
      send: (...call: never[]) => this.#clock.sleep(CALL).then(() => send(...call)),
    });
  }
}
