import { secondsOf, type Clock } from '../runtime/clock.ts';
import { UnreadableItemError } from '../runtime/errors.ts';
import type { Seconds } from '../runtime/time.ts';
import {
  LEASE_KEY,
  leaseAttributes,
  leaseItem,
  type Expression,
  type LeaseAttributes,
  type Table,
} from '../table/index.ts';
import { RotationRefusedError, RotationUnderWayError } from './errors.ts';

/** The reason why keys are rotated. */
export type Kind = LeaseAttributes['kind'];

/** The point that a run has reached, with the state before it, which cannot be seen afterwards. Each part is written once. */
export interface Checkpoint {
  /** The ids of Document Engine's entries before the rotation added its own, but for the current one. */
  readonly foreign?: readonly number[];
  /** The id of its current entry then, which is the old key's. */
  readonly current?: number;
  /** The same as `foreign` just before Document Engine was rotated. If it is absent, it was not. */
  readonly entries?: readonly number[];
  /** The `kid` of the key that is replaced; absent if there is none. */
  readonly oldKid?: string;
}

/**
 * The right to rotate, which one run holds, with the checkpoint of that run. A rotation, named by its secret version, takes
 * the lease at the beginning of each step and ends it when it has ended; no other can take it meanwhile. A rotation that
 * crashed can take it again at once, and finds its checkpoint. Another one can when the time that was asked for is over, by
 * which the holder has stopped.
 */
export class Lease {
  readonly version: string;
  readonly #table: Table;
  readonly #clock: Clock;
  readonly #kind: Kind;
  #checkpoint: Checkpoint = {};

  private constructor(table: Table, clock: Clock, version: string, kind: Kind) {
    this.version = version;
    this.#table = table;
    this.#clock = clock;
    this.#kind = kind;
  }

  /**
   * Takes the lease.
   *
   * @param version - of the secret, which names the rotation
   * @param seconds - how long the run can take
   * @param kind - an emergency is found again by the next one
   * @throws RotationUnderWayError while another holds it, RotationRefusedError for a rotation while an emergency is unfinished
   */
  static async take(
    table: Table,
    clock: Clock,
    version: string,
    seconds: Seconds,
    kind: Kind = 'rotation',
  ): Promise<Lease> {
    const held = await readLease(table);
    if (kind === 'rotation' && held?.kind === 'emergency') {
      // To finish it as a rotation would keep the leaked key verifying.
      throw new RotationRefusedError('An emergency rotation has not come to its end: run it again first');
    }
    const lease = new Lease(table, clock, version, kind);
    const again = await lease.#acquire(seconds);
    if (again && held?.version === version) lease.#checkpoint = checkpointOf(held);
    return lease;
  }

  /** Gives the checkpoint as it was read when the lease was taken, with the parts that were kept since. */
  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** Takes the lease again, for so many seconds from now. @throws RotationUnderWayError if another took it meanwhile */
  async renew(seconds: Seconds): Promise<void> {
    await this.#acquire(seconds);
  }

  /**
   * Keeps parts of the checkpoint, in one write. A part that is kept already stays as it is.
   *
   * @throws RotationUnderWayError if the lease is not this rotation's any more
   */
  async keep(parts: Checkpoint): Promise<void> {
    const fresh = Object.fromEntries(
      Object.entries<unknown>({ ...parts }).filter(([name]) => !(name in this.#checkpoint)),
    );
    const names = Object.keys(fresh);
    if (names.length === 0) return;
    const { text, values } = isOf(this.version);
    const kept = await this.#table.update(
      LEASE_KEY,
      {
        text: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        values: Object.fromEntries(names.map((name) => [`:${name}`, fresh[name]])),
        names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      },
      {
        text: [text, ...names.map((name) => `attribute_not_exists(#${name})`)].join(' AND '),
        ...(values && { values }),
      },
    );
    if (kept) this.#checkpoint = { ...this.#checkpoint, ...fresh };
    else await this.#readAgain();
  }

  /** Ends the lease: the run has come to its end. */
  async end(): Promise<void> {
    await this.#table.delete(LEASE_KEY, isOf(this.version));
  }

  /** The same step may run twice at once: the parts that the other run kept first are those that count. */
  async #readAgain(): Promise<void> {
    const held = await readLease(this.#table);
    if (held?.version !== this.version) {
      throw new RotationUnderWayError(
        'Another rotation of the signing key took over, as the time of this one was over',
      );
    }
    this.#checkpoint = checkpointOf(held);
  }

  /** @returns whether it was this rotation's already */
  async #acquire(seconds: Seconds): Promise<boolean> {
    const now = secondsOf(this.#clock);
    const until = now + Math.ceil(seconds);
    const again = { text: 'SET takenUntil = :until', values: { ':until': until } };
    if (await this.#table.update(LEASE_KEY, again, isOf(this.version))) return true;
    const item = leaseItem(this.version, this.#kind, until);
    if (await this.#table.put(item, { text: 'attribute_not_exists(pk)' })) return false;
    if (await this.#table.put(item, { text: 'takenUntil <= :now', values: { ':now': now } })) return false;
    const takenUntil = (await readLease(this.#table))?.takenUntil ?? now;
    throw new RotationUnderWayError(
      'Another rotation of the signing key is under way. Should it have crashed, this one can go on in ' +
        `${Math.max(1, takenUntil - now)} seconds`,
    );
  }
}

/** Finds the version of an emergency rotation that has not come to its end. */
export async function unfinishedEmergency(table: Table): Promise<string | undefined> {
  const held = await readLease(table);
  return held?.kind === 'emergency' ? held.version : undefined;
}

async function readLease(table: Table): Promise<LeaseAttributes | undefined> {
  const [item] = await table.batchGet([LEASE_KEY]);
  if (item === undefined) return undefined;
  const attributes = leaseAttributes(item);
  if (attributes === undefined) throw new UnreadableItemError('lease', LEASE_KEY);
  return attributes;
}

function checkpointOf({ version: _v, kind: _k, takenUntil: _t, ...checkpoint }: LeaseAttributes): Checkpoint {
  return checkpoint;
}

const isOf = (version: string): Expression => ({
  text: 'version = :version',
  values: { ':version': version },
});
