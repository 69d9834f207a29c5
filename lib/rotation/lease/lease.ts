import { secondsOf, type Clock } from '../../runtime/clock.ts';
import type { Deadline } from '../../runtime/deadline.ts';
import type { Seconds } from '../../runtime/time.ts';
import {
  LEASE_KEY,
  leaseItem,
  type Expression,
  type LeaseAttributes,
  type Table,
} from '../../table/index.ts';
import { RotationRefusedError, RotationUnderWayError } from '../errors.ts';
import { allOf, heldUntil, isOf, MARGIN, notPaused, readLease, underWay } from './held-lease.ts';

/** The kind of a rotation: scheduled, or in an emergency. */
export type Kind = LeaseAttributes['kind'];

/** The progress of a run, and the state it found, which cannot be observed later. Each part is written once. */
export interface Checkpoint {
  /** The ids of Document Engine's entries before the rotation added its own, except the current one. */
  readonly foreign?: readonly number[];
  /** The id of the current entry at that time: the one that the rotation replaces. */
  readonly current?: number;
  /** True if that entry holds a key of this stage, false if it holds a key that the stage has said may be replaced. */
  readonly currentIsOwn?: boolean;
  /** The ids of its entries, except the current one, just before Document Engine was rotated; absent if it was not. */
  readonly entries?: readonly number[];
  /** The `kid` of the key that is replaced; absent if there is none. */
  readonly oldKid?: string;
  /** The rotations that had the lease before and did not end it. They may have left entries that no published key names. */
  readonly abandoned?: NonNullable<LeaseAttributes['abandoned']>;
}

/**
 * The right to rotate, which one run holds, with the checkpoint of that run. A rotation is named by its secret version. It
 * takes the lease at the beginning of each step, and ends it after the last one. Until then no other rotation can take it. A
 * rotation that crashed can take it again at once, and finds its checkpoint. Another rotation can take it some time after the
 * deadline of the holder's work: the holder makes no call after its deadline, even if its process was frozen and continues much later.
 */
export class Lease {
  readonly version: string;
  readonly #table: Table;
  readonly #clock: Clock;
  readonly #kind: Kind;
  #deadline: Deadline;
  #checkpoint: Checkpoint = {};
  /** The condition that no key check has paused rotations since this run began. */
  #notPaused: Expression = notPaused(undefined);

  private constructor(table: Table, clock: Clock, version: string, kind: Kind, deadline: Deadline) {
    this.version = version;
    this.#table = table;
    this.#clock = clock;
    this.#kind = kind;
    this.#deadline = deadline;
  }

  /**
   * Takes the lease.
   *
   * @param version - the secret version that names the rotation
   * @param deadline - of the work that needs the lease
   * @param kind - an unfinished emergency is found by the next one, see {@link unfinishedEmergency}
   * @throws RotationUnderWayError while another holds it, or a key check has paused rotations; RotationRefusedError for a rotation while an emergency is unfinished
   */
  static async take(
    table: Table,
    clock: Clock,
    version: string,
    deadline: Deadline,
    kind: Kind = 'rotation',
  ): Promise<Lease> {
    const held = await readLease(table);
    if (kind === 'rotation' && held?.kind === 'emergency') {
      // A scheduled rotation that continued it would keep the leaked key verifying.
      throw new RotationRefusedError('An emergency rotation is unfinished: run it again first');
    }
    const now = secondsOf(clock);
    if ((held?.pausedUntil ?? now) > now) throw underWay(heldUntil(held, now) - now);
    const lease = new Lease(table, clock, version, kind, deadline);
    lease.#notPaused = notPaused(held);
    const again = await lease.#acquire(held);
    if (again && held?.version === version) lease.#checkpoint = checkpointOf(held);
    return lease;
  }

  /** The checkpoint as it was read when the lease was taken, with the parts written since. */
  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /**
   * Makes sure that this rotation still holds the lease, and extends it if the work has a new deadline. A clock that is wrong by more
   * than the margin is found in this way, too.
   *
   * @param deadline - of the work that needs the lease; the former one unless given
   * @throws RotationUnderWayError if another rotation has taken it, or another run of this rotation has ended it
   */
  async renew(deadline: Deadline = this.#deadline): Promise<void> {
    this.#deadline = deadline;
    if (!(await this.#extend())) throw takenOver();
  }

  /**
   * Writes parts of the checkpoint, in one call. A part that was written before keeps its value.
   *
   * @throws RotationUnderWayError if another rotation has taken the lease
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

  /** Ends the lease after the rotation has finished. A lease that another rotation has taken stays. */
  async end(): Promise<void> {
    await this.#table.delete(LEASE_KEY, isOf(this.version));
  }

  /** Reads the checkpoint again. If the same step runs twice at once, the parts that were written first count. */
  async #readAgain(): Promise<void> {
    const held = await readLease(this.#table);
    if (held?.version !== this.version) throw takenOver();
    this.#checkpoint = checkpointOf(held);
  }

  /** @returns true if this rotation held the lease before */
  async #acquire(held: LeaseAttributes | undefined): Promise<boolean> {
    if (await this.#extend()) return true;
    const now = secondsOf(this.#clock);
    const item = leaseItem(this.version, this.#kind, this.#takenUntil);
    if (await this.#table.put(item, { text: 'attribute_not_exists(pk)' })) return false;
    // Its own lease it never takes over: that would lose the checkpoint. A pause may have ended since.
    if (held !== undefined && held.version !== this.version && (await this.#takeOver(held, now)))
      return false;
    throw underWay(heldUntil(await readLease(this.#table), now) - now);
  }

  /** Takes over a lease that has run out. @returns false if it has not, or if another run has taken it over meanwhile */
  async #takeOver(held: LeaseAttributes, now: Seconds): Promise<boolean> {
    const abandoned = [...(held.abandoned ?? []), ...traceOf(held)];
    const item = leaseItem(this.version, this.#kind, this.#takenUntil, abandoned);
    const hasRunOut = { text: 'takenUntil <= :now', values: { ':now': now } };
    if (!(await this.#table.put(item, allOf(isOf(held.version), this.#notPaused, hasRunOut)))) return false;
    this.#notPaused = notPaused(undefined);
    if (abandoned.length > 0) this.#checkpoint = { abandoned };
    return true;
  }

  /** @returns false if this rotation does not hold the lease */
  async #extend(): Promise<boolean> {
    const until = { ':until': this.#takenUntil };
    const longer = { text: 'SET takenUntil = :until', values: until };
    const isOwn = allOf(isOf(this.version), this.#notPaused);
    const isShorter = allOf(isOwn, { text: 'takenUntil < :until', values: until });
    if (await this.#table.update(LEASE_KEY, longer, isShorter)) return true;
    // Never shortened: another run of this rotation may have a later deadline.
    return this.#table.update(LEASE_KEY, { ...isOf(this.version), text: 'SET version = :version' }, isOwn);
  }

  get #takenUntil(): Seconds {
    return Math.ceil(this.#deadline.at / 1000) + MARGIN;
  }
}

function takenOver(): RotationUnderWayError {
  return new RotationUnderWayError(
    'Another rotation of the signing key has taken over, because the time of this one had run out',
  );
}

function checkpointOf({
  version: _v,
  kind: _k,
  takenUntil: _t,
  pausedUntil: _p,
  ...checkpoint
}: LeaseAttributes): Checkpoint {
  return checkpoint;
}

/** Keeps the part of a run's checkpoint by which its entries are recognized. A run without it has added none. */
function traceOf({ version, foreign, current }: LeaseAttributes): NonNullable<LeaseAttributes['abandoned']> {
  return foreign === undefined ? [] : [{ version, foreign, ...(current !== undefined && { current }) }];
}
