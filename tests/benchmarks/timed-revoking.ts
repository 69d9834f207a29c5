import { UNRECORDED } from '../support/audit/recording.ts';
import type { RevocationDependencies } from '../../lib/revocation/index.ts';
import { createLogger } from '../../lib/runtime/log.ts';
import type { Milliseconds } from '../../lib/runtime/time.ts';
import { fixedSigningKeys } from '../support/signing-keys/fixed-signing-key.ts';
import { MemoryTable } from '../support/table/memory-table.ts';
import { TableThrough } from '../support/table/table-through.ts';
import { SimulatedClock } from '../support/runtime/simulated-clock.ts';

/** The time of each call of DynamoDB and of Document Engine. */
export const CALL: Milliseconds = 10;

/** The connections of the service's DynamoDB client. Further calls wait for one. */
const CONNECTIONS = 50;

/** Revoking in memory, in which every call takes {@link CALL} on a simulated clock. Writes without a call take none. */
export class TimedRevoking {
  readonly clock = new SimulatedClock();
  readonly table = new MemoryTable();
  readonly dependencies: RevocationDependencies;
  #connections = CONNECTIONS;
  readonly #waiting: (() => void)[] = [];

  constructor() {
    const table = new TableThrough(this.table, (inner) => ({
      batchGet: (keys) => this.#call(() => inner.batchGet(keys)),
      query: (condition, page) => this.#call(() => inner.query(condition, page)),
      put: (item, condition) => this.#call(() => inner.put(item, condition)),
      update: (key, update, condition) => this.#call(() => inner.update(key, update, condition)),
    }));
    const revoke = async (jwts: readonly string[]): Promise<{ readonly data: readonly string[] }> => {
      await this.clock.sleep(CALL);
      return { data: jwts };
    };
    this.dependencies = {
      table,
      documentEngine: { revoke },
      signingKeys: fixedSigningKeys,
      clock: this.clock,
      log: createLogger('error', () => undefined),
      audit: UNRECORDED,
    };
  }

  async #call<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#connections === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#connections -= 1;
    await this.clock.sleep(CALL);
    const result = await call();
    const next = this.#waiting.shift();
    if (next) next();
    else this.#connections += 1;
    return result;
  }
}

/** Runs work without real signatures, which would take real time in another thread. */
export async function withoutSignatures<Result>(work: () => Promise<Result>): Promise<Result> {
  const { subtle } = globalThis.crypto;
  const sign = subtle.sign.bind(subtle);
  subtle.sign = () => Promise.resolve(new ArrayBuffer(64));
  try {
    return await work();
  } finally {
    subtle.sign = sign;
  }
}
