import * as z from 'zod/mini';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import { RotationUnderWayError } from './errors.ts';
import { type Expression, type Table, LEASE_KEY } from '../table/index.ts';

const ids = z.optional(z.array(z.int()));
const BEFORE = { foreign: ids, current: z.optional(z.int()), entries: ids, oldKid: z.optional(z.string()) };

/** Why keys are rotated. */
export type Kind = 'rotation' | 'emergency';

/** What a rotation has to know of the time before it, and cannot see afterwards. */
export interface Before {
  /** The ids of Document Engine's entries before the rotation added its own, but for the current one. */
  readonly foreign?: readonly number[];
  /** The id of its current entry then, which is the old key's. */
  readonly current?: number;
  /** The same as `foreign` just before Document Engine was rotated. Where it is absent, it was not. */
  readonly entries?: readonly number[];
  /** The `kid` of the key that is replaced; absent where there is none. */
  readonly oldKid?: string;
}

/**
 * Whose turn it is to rotate. A rotation, named by its secret version, takes the turn at the beginning of each step and
 * gives it back when it has ended; no other can take it meanwhile. A rotation that crashed can take it again at once.
 * Another one can when the time that was asked for is over, by which whoever took it has stopped.
 */
export class Turn {
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(table: Table, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  /**
   * @param version - of the secret, which names the rotation
   * @param seconds - how long whoever takes it can go on
   * @param kind - an emergency is found again by the next one
   * @throws RotationUnderWayError where it is another's
   */
  async take(version: string, seconds: number, kind: Kind = 'rotation'): Promise<void> {
    const now = secondsOf(this.#clock);
    const until = now + Math.ceil(seconds);
    const again = { text: 'SET takenUntil = :until', values: { ':until': until } };
    if (await this.#table.update(LEASE_KEY, again, isOf(version))) return;
    const item = { ...LEASE_KEY, version, kind, takenUntil: until };
    if (await this.#table.put(item, { text: 'attribute_not_exists(pk)' })) return;
    if (await this.#table.put(item, { text: 'takenUntil <= :now', values: { ':now': now } })) return;
    const [taken] = await this.#table.batchGet([LEASE_KEY]);
    const takenUntil = z.safeParse(z.object({ takenUntil: z.int() }), taken).data?.takenUntil ?? now;
    throw new RotationUnderWayError(
      'Another rotation of the signing key is under way. Should it have crashed, this one can go on in ' +
        `${Math.max(1, takenUntil - now)} seconds`,
    );
  }

  /** Keeps what this rotation has not kept before. */
  async remember(version: string, before: Before): Promise<void> {
    const { text, values } = isOf(version);
    for (const [name, value] of Object.entries<unknown>({ ...before })) {
      await this.#table.update(
        LEASE_KEY,
        { text: 'SET #name = :value', values: { ':value': value }, names: { '#name': name } },
        { text: `${text} AND attribute_not_exists(#name)`, ...(values && { values }) },
      );
    }
  }

  /** What this rotation has kept. */
  async recall(version: string): Promise<Before> {
    const [item] = await this.#table.batchGet([LEASE_KEY]);
    const kept = z.safeParse(z.object({ ...BEFORE, version: z.literal(version) }), item);
    if (!kept.success) return {};
    const { foreign, current, entries, oldKid } = kept.data;
    return {
      ...(foreign && { foreign }),
      ...(current !== undefined && { current }),
      ...(entries && { entries }),
      ...(oldKid !== undefined && { oldKid }),
    };
  }

  /** The version of an emergency rotation that has not come to its end. */
  async emergency(): Promise<string | undefined> {
    const [item] = await this.#table.batchGet([LEASE_KEY]);
    const found = z.safeParse(z.object({ version: z.string(), kind: z.literal('emergency') }), item);
    return found.data?.version;
  }

  /** Gives the turn back. */
  async end(version: string): Promise<void> {
    await this.#table.delete(LEASE_KEY, isOf(version));
  }
}

const isOf = (version: string): Expression => ({
  text: 'version = :version',
  values: { ':version': version },
});
