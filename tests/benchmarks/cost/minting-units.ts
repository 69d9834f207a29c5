import { GrantStore } from '../../../lib/grants/index.ts';
import type { Subject } from '../../../lib/identity/index.ts';
import { Table } from '../../../lib/table/index.ts';
import { createMinting, type MintRequest } from '../../../lib/tokens/index.ts';
import type { Measured, MintingName } from '../../../tools/cost/measured.ts';
import { EVERYONE, grant, group, subject, user } from '../../support/grants/grants.ts';
import { ManualClock } from '../../support/runtime/clock.ts';
import { minting } from '../../support/tokens/minting.ts';
import { AwsInMemory } from '../aws-in-memory.ts';
import { TABLE, TTL } from '../scenario.ts';

const DAY_MS = 24 * 3_600_000;
const PEOPLE = 100;
const BATCH = 100;

const ALICE = subject('auth0|5f7c8ec7c33c6c004bbafe82', ['reviewers', 'staff']);

const documentId = (number: number): string => `7KPSA689RP53HB64GKKZX6${1000 + number}`;

/** A table in memory with grants on documents, and the minting function on it. */
class World {
  readonly clock = new ManualClock();
  readonly aws = new AwsInMemory('');
  readonly #mint: ReturnType<typeof createMinting>;

  constructor() {
    const table = new Table(this.aws.dynamoDB(), TABLE, this.clock);
    this.#mint = createMinting({ ...minting({ clock: this.clock }), table });
  }

  /** Gives Alice and everyone a grant on each document. */
  static async withDocuments(count: number): Promise<World> {
    const world = new World();
    const store = new GrantStore(new Table(world.aws.dynamoDB(), TABLE, world.clock));
    for (let number = 0; number < count; number += 1) {
      await store.put(documentId(number), grant(user(ALICE.userId), 'annotator'));
      await store.put(documentId(number), grant(group('reviewers'), 'commenter'));
      await store.put(documentId(number), grant(EVERYONE, 'viewer'));
    }
    return world;
  }

  /** Mints a token for each document in one request. @returns the milliseconds until the client asks again */
  async mint(who: Subject, documents: number): Promise<number> {
    const requests = Array.from({ length: documents }, (_, number): MintRequest => ({
      documentId: documentId(number),
      layer: '',
      ttlSeconds: TTL.default,
    }));
    const outcomes = await this.#mint.mintTokens(who, requests);
    const pauses = outcomes.map((outcome) => {
      if (outcome.outcome !== 'minted') throw new Error(`The mint was answered with: ${outcome.outcome}`);
      return (outcome.refreshAt - outcome.issuedAt) * 1000;
    });
    return Math.min(...pauses);
  }

  /** Counts the use of DynamoDB by requests. `act` returns their number. */
  async count(documents: number, act: () => Promise<number>): Promise<Measured['minting'][MintingName]> {
    this.aws.calls.clear();
    this.aws.readUnits = 0;
    this.aws.writeUnits = 0;
    const requests = await act();
    const calls = [...this.aws.calls.values()].reduce((sum, count) => sum + count, 0);
    const { readUnits, writeUnits } = this.aws;
    return { tokens: requests * documents, requests, calls, readUnits, writeUnits };
  }

  /** Mints through a day, each time when the client asks again. @returns the number of requests */
  async day(documents: number): Promise<number> {
    const end = this.clock.now() + DAY_MS;
    let requests = 0;
    while (this.clock.now() < end) {
      this.clock.advance(await this.mint(ALICE, documents));
      requests += 1;
    }
    return requests;
  }
}

/** Counts the use of DynamoDB by a day of a client, by first mints, and by a day of a client that asks for 100 tokens at once. */
export async function countMinting(): Promise<Measured['minting']> {
  const one = await World.withDocuments(1);
  const people = await World.withDocuments(1);
  const many = await World.withDocuments(BATCH);
  return {
    usual: await one.count(1, () => one.day(1)),
    newUsers: await people.count(1, async () => {
      for (let number = 0; number < PEOPLE; number += 1)
        await people.mint(subject(`auth0|${String(number).padStart(24, '0')}`, ALICE.groups), 1);
      return PEOPLE;
    }),
    batches: await many.count(BATCH, () => many.day(BATCH)),
  };
}

/** Measures the size of a grant and of a holder in the table, in bytes. */
export async function itemBytes(): Promise<Measured['items']> {
  const world = await World.withDocuments(1);
  await world.mint(ALICE, 1);
  return {
    grant: Math.max(...world.aws.bytesOfItems('GRANT#')),
    holder: Math.max(...world.aws.bytesOfItems('HOLDER#')),
  };
}
