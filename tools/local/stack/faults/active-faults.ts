import type { Clock } from '../../../../lib/runtime/clock.ts';
import { toMilliseconds, type Milliseconds, type Seconds } from '../../../../lib/runtime/time.ts';
import type { EndFault, FaultSwitches } from './fault-switches.ts';
import { FAULT_NAMES, FAULTS, type Fault, type FaultName } from './fault-table.ts';

/** A fault, and since when it is there. Times are RFC 3339. */
export interface FaultReport extends Fault {
  readonly name: FaultName;
  /** Undefined: it is not active. */
  readonly since?: string | undefined;
  /** The moment at which it ends by itself. */
  readonly until?: string | undefined;
}

interface Active {
  readonly since: Milliseconds;
  readonly until: Milliseconds | undefined;
  readonly end: EndFault;
  /** Ends the wait for `until`. */
  readonly ended: AbortController;
}

/** The faults of a running stack. They end with it. */
export class ActiveFaults {
  readonly #switches: FaultSwitches;
  readonly #clock: Clock;
  readonly #active = new Map<FaultName, Active>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(switches: FaultSwitches, clock: Clock) {
    this.#switches = switches;
    this.#clock = clock;
  }

  /** Lists all faults, active or not. */
  list(): FaultReport[] {
    return FAULT_NAMES.map((name) => this.#report(name));
  }

  /**
   * Brings a fault about, unless it is there. A fault that is there gets the new end.
   *
   * @param length - undefined: until it is repaired, or the stack stops
   * @throws {UnusableDocumentEngineError} for a fault of a real Document Engine
   */
  async begin(name: FaultName, length: Seconds | undefined): Promise<FaultReport> {
    return this.#inTurn(async () => {
      const former = this.#active.get(name);
      const end = former?.end ?? (await this.#switches[name]());
      former?.ended.abort();
      const now = this.#clock.now();
      const until = length === undefined ? undefined : now + toMilliseconds(length);
      const active = { since: former?.since ?? now, until, end, ended: new AbortController() };
      this.#active.set(name, active);
      if (length !== undefined) void this.#endLater(name, active, toMilliseconds(length));
      return this.#report(name);
    });
  }

  /** Ends a fault. Does nothing if it is not there. */
  async end(name: FaultName): Promise<FaultReport> {
    return this.#inTurn(async () => {
      await this.#end(name);
      return this.#report(name);
    });
  }

  /** Ends all faults. */
  async close(): Promise<void> {
    for (const { ended } of this.#active.values()) ended.abort();
    this.#active.clear();
    await Promise.resolve();
  }

  async #endLater(name: FaultName, active: Active, length: Milliseconds): Promise<void> {
    await this.#clock.sleep(length, active.ended.signal);
    if (this.#active.get(name) === active) await this.#inTurn(() => this.#end(name));
  }

  async #end(name: FaultName): Promise<void> {
    const active = this.#active.get(name);
    this.#active.delete(name);
    active?.ended.abort();
    await active?.end();
  }

  /** One change after the other: some take time, such as a rotation. */
  async #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(change);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #report(name: FaultName): FaultReport {
    const active = this.#active.get(name);
    const fault = { name, ...FAULTS[name] };
    if (active === undefined) return fault;
    const since = new Date(active.since).toISOString();
    return {
      ...fault,
      since,
      ...(active.until !== undefined && { until: new Date(active.until).toISOString() }),
    };
  }
}
