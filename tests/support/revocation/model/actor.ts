import { hash } from 'node:crypto';
import { DocumentEngineUnavailableError } from '../../../../lib/document-engine/index.ts';
import { GrantStore, type AdministrationDependencies } from '../../../../lib/grants/index.ts';
import { createLogger } from '../../../../lib/runtime/log.ts';
import { type RevocationDependencies, type RevokesTokens } from '../../../../lib/revocation/index.ts';
import { type MintDependencies, type MintedToken, type MintRequest } from '../../../../lib/tokens/index.ts';
import { type Thread } from '../../interleaving/interleaving.ts';
import { impatient } from '../../runtime/clock.ts';
import { fixedSigningKeys } from '../../signing-keys/fixed-signing-key.ts';
import { type MemoryTable } from '../../table/memory-table.ts';
import { TableThrough, type TableOperations } from '../../table/table-through.ts';
import { Course } from './course.ts';
import { type Scene } from './scene.ts';
import { FAULTS, POLICY, type Act, type Fault } from './situation.ts';
import { type KeptGrant } from './world.ts';
import { BY_DUE, BY_PRINCIPAL, DUE_SHARDS, type Item, type Key } from '../../../../lib/table/index.ts';
import { type Subject } from '../../../../lib/identity/index.ts';

const DOWN = new DocumentEngineUnavailableError('POST /api/revoke', 'it is down');

const ignore = (): void => undefined;

/**
 * One actor of a scene, with its own view of the table and of Document Engine. Before each access to shared state,
 * other actors can take their steps.
 */
export class Actor {
  /** The dependencies of the deployed functions. */
  readonly dependencies: AdministrationDependencies & RevocationDependencies & MintDependencies;
  readonly #scene: Scene;
  readonly #act: Act;
  readonly #course: Course;
  #turn: Promise<unknown> = Promise.resolve();
  #over = false;
  #observed: unknown[] = [];
  #seen = '';

  constructor(scene: Scene, act: Act) {
    this.#scene = scene;
    this.#act = act;
    this.#course = new Course(scene, act, (value) => this.#observed.push(value));
    const { table: weaken, documentEngine: mistake } = scene.situation.weakness ?? {};
    const watched = new TableThrough(this.#stepping(), (inner) => this.#watched(inner));
    const table = weaken ? new TableThrough(watched, weaken) : watched;
    const documentEngine: RevokesTokens = { revoke: (jwts) => this.#revoke(jwts) };
    this.dependencies = {
      ...POLICY,
      table,
      store: new GrantStore(table),
      documentEngine: mistake ? mistake(documentEngine) : documentEngine,
      signingKeys: fixedSigningKeys,
      clock: impatient(scene.world.clock),
      log: createLogger('error', ignore),
    };
  }

  /** A hash of everything it has seen so far. Its next steps depend on nothing else. */
  get seen(): string {
    if (this.#over) return 'over';
    for (const value of this.#observed.splice(0)) {
      this.#seen = hash('sha1', `${this.#seen} ${this.#scene.textOf(value)}`, 'base64');
    }
    return this.#seen;
  }

  /**
   * Acts until its caller is answered.
   *
   * @param step - awaited before each access to shared state; absent if it acts alone
   * @param fork - begins a thread for the work that is left after an early answer
   */
  async perform(step?: () => Promise<void>, fork?: (thread: Thread) => void): Promise<void> {
    const act = (): Promise<void> => this.#act.act(this);
    const finish = (): void => {
      this.#over = true;
    };
    await this.#course.run(act, finish, step, fork);
  }

  /** Records a grant that its caller has set now, after an earlier request for it. */
  keeps(grant: KeptGrant): void {
    const { world } = this.#scene;
    if (!this.#course.isAnswered) world.kept = [...world.kept, grant];
  }

  /** Records a request for a token, to repeat it at the end. */
  asks(subject: Subject, request: MintRequest): void {
    this.#scene.world.asked = [...this.#scene.world.asked, { subject, request }];
  }

  /** Records that a subject has the token of a request from now on. */
  async holds(subject: Subject, request: MintRequest, token: MintedToken): Promise<void> {
    const { situation, world } = this.#scene;
    // The moment only matters if the situation has a revocation.
    if (situation.beside.some(({ revokes }) => revokes)) await this.#course.next('holds its token');
    // A token reaches nobody if its caller has been answered.
    if (this.#course.isAnswered) return;
    world.tokens = [...world.tokens, { subject, request, token, revoked: false }];
  }

  /**
   * Revokes all tokens of a kind that are held at this moment.
   *
   * @param ask - asks the service to revoke them; when it resolves, they have to end
   */
  async revokes<Result>(
    covers: (subject: Subject, token: MintedToken) => boolean,
    ask: () => Promise<Result>,
  ): Promise<Result> {
    await this.#course.next('wants tokens to end');
    const { world } = this.#scene;
    const covered = world.tokens
      .filter(({ subject, token }) => covers(subject, token))
      .map(({ token: { jwt } }) => jwt);
    this.#observed.push(covered);
    const result = await ask();
    world.tokens = world.tokens.map((held) => ({
      ...held,
      revoked: held.revoked || covered.includes(held.token.jwt),
    }));
    return result;
  }

  /** Lets time pass. The deadlines of the others are over then. */
  async waits(milliseconds: number): Promise<void> {
    await this.#course.next('lets time pass');
    this.#scene.world.clock.advance(milliseconds);
    this.#observed.push('time');
  }

  /** Deletes an item if its time to live is past, as DynamoDB does sooner or later. */
  async expires(key: Key): Promise<void> {
    await this.#course.next(`looks at the time to live of ${key.sk}`);
    const { table, clock } = this.#scene.world;
    const ttl = table.stored(key)?.['ttl'];
    const past = typeof ttl === 'number' && ttl * 1000 <= clock.now();
    if (past) table.drop(key);
    this.#observed.push(past);
  }

  /** Makes a table with a step before each access to an item that other actors change. */
  #stepping(): MemoryTable {
    const { world, beginning } = this.#scene;
    const table = world.table.beside();
    const changes = ({ pk, sk }: Key): boolean =>
      !/^GRANT#./.test(sk) || beginning.some((item) => item.pk === pk && item.sk === sk);
    table.before = async (operation, key) => {
      if (!changes(key)) return;
      await this.#course.call(`${operation} ${key.pk} ${key.sk}`);
      if (operation === 'read') this.#observed.push(table.stored(key));
    };
    // A BatchGetItem reads its items in any order.
    table.readingOrder = (keys) => {
      if (!this.#course.isBeside || keys.filter(changes).length < 2) return keys;
      return this.#chooses() ? keys.toReversed() : keys;
    };
    return table;
  }

  /** Records all answers. It makes one call at a time, so that the answers have one order. */
  #watched(inner: TableOperations): TableOperations {
    const writes = (item: Key, write: () => Promise<boolean>): Promise<boolean> =>
      this.#inTurn(async () => {
        this.#scene.name(item, this.#act.name);
        const written = await write();
        // No two epochs must be equal by chance.
        if (written && item.sk.startsWith('HOLDER#')) this.#scene.world.clock.advance(1);
        this.#observed.push(written);
        return written;
      });
    return {
      batchGet: async (keys) => {
        if (this.#letsQueryGoFirst(keys)) await Promise.resolve();
        return this.#inTurn(() => inner.batchGet(keys));
      },
      query: (condition, page) =>
        this.#inTurn(async () => {
          const found =
            page?.index === BY_DUE
              ? await this.#due(condition.values?.[':shard'])
              : await inner.query(condition, page);
          const shown = page?.index === BY_PRINCIPAL ? this.#lagging(found) : found;
          this.#observed.push(shown);
          return shown;
        }),
      put: (item, condition) => writes(item, () => inner.put(item, condition)),
      update: (key, update, condition) => writes(key, () => inner.update(key, update, condition)),
      delete: (key, condition) => writes(key, () => inner.delete(key, condition)),
    };
  }

  /** A mint can begin a query of the grants at the same moment as the read of the holder item, and of no grant. */
  #letsQueryGoFirst(keys: readonly Key[]): boolean {
    const isOfHolder = keys.every(({ sk }) => sk.startsWith('HOLDER#'));
    return this.#course.isBeside && this.#act.name.startsWith('mint') && isOfHolder && this.#chooses();
  }

  #chooses(): boolean {
    const chosen = this.#scene.steering?.choose(2) === 1;
    this.#observed.push(chosen);
    return chosen;
  }

  /** Reads the index of due items. The partition of an item does not matter: here all are in the first. */
  async #due(shard: unknown): Promise<{ readonly items: Item[] }> {
    if (shard !== DUE_SHARDS[0]) return { items: [] };
    await this.#course.next('query the due items');
    return { items: this.#scene.world.dueItems() };
  }

  /** Makes the answer of an index that may lag. */
  #lagging<Found extends { readonly items: Item[] }>(found: Found): Found {
    const { situation, steering, beginning, steps } = this.#scene;
    if (!this.#course.isBeside || !situation.lags || steering?.choose(2) !== 1) return found;
    steps.push('  which shows the items of the beginning');
    const items = found.items.flatMap(
      ({ pk, sk }) => beginning.find((item) => item.pk === pk && item.sk === sk) ?? [],
    );
    return { ...found, items };
  }

  #revoke(jwts: readonly string[]): Promise<{ readonly data: readonly string[] }> {
    return this.#inTurn(async () => {
      await this.#course.call('call Document Engine');
      const fault = this.#fault();
      if (fault === 'fails before it took effect') throw DOWN;
      const taken = fault === 'leaves out the last' ? jwts.slice(0, -1) : jwts;
      this.#scene.world.revocations.add(taken);
      if (fault === 'fails after it took effect') throw DOWN;
      return { data: taken };
    });
  }

  #fault(): Fault | undefined {
    const scene = this.#scene;
    if (!this.#course.isBeside || scene.faultsLeft === 0) return undefined;
    const fault = FAULTS[(scene.steering?.choose(FAULTS.length + 1) ?? 0) - 1];
    this.#observed.push(fault);
    if (fault === undefined) return undefined;
    scene.faultsLeft -= 1;
    scene.steps.push(`  which ${fault}`);
    return fault;
  }

  #inTurn<Result>(call: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(() => this.#course.inTime(call));
    this.#turn = result.catch(ignore);
    return result;
  }
}
