import { UNRECORDED } from '../../support/audit/recording.ts';
import { beginRun, sweep } from '../../../lib/revocation/index.ts';
import type { Note } from '../aws-in-memory.ts';
import { asking, holderDay, MINUTE, total } from '../holder-day.ts';
import { exactly, type Measurement } from '../measurement.ts';
import { TABLE } from '../scenario.ts';
import { Table } from '../../../lib/table/index.ts';

/** A day without revocations, on which a holder mints and the sweeper runs every minute. */
interface IdleDay {
  readonly mints: number;
  readonly sweeps: number;
  /** The sweeper's queries of the index. */
  readonly queries: number;
  /**
   * The calls that only a revocation should cost. For minting: all except reads by key and writes of the holder item.
   * For the sweeper: all except its queries. For Document Engine: all.
   */
  readonly others: number;
}

let day: Promise<IdleDay> | undefined;

function idleDay(): Promise<IdleDay> {
  return (day ??= goThroughIdleDay());
}

async function goThroughIdleDay(): Promise<IdleDay> {
  let [sweeps, queries, others] = [0, 0, 0];
  const note: Note = (operation) => {
    if (operation === 'Query') queries += 1;
    else others += 1;
  };
  const documentEngine = {
    revoke: (jwts: readonly string[]) => {
      others += 1;
      return Promise.resolve({ data: jwts });
    },
  };
  const hours = await holderDay([asking(60)], async (aws, dependencies) => {
    const { clock } = dependencies;
    const table = new Table(aws.dynamoDB(note), TABLE, clock);
    await sweep(beginRun({ ...dependencies, table, documentEngine, audit: UNRECORDED }, MINUTE));
    sweeps += 1;
  });
  return { mints: total(hours, 'requests'), sweeps, queries, others: others + total(hours, 'others') };
}

/**
 * Counts the calls that minting and the sweeper make for revocation while nobody revokes, beyond those in the other
 * rows.
 */
export const callsOfIdleRevocation: Measurement = {
  what: 'calls of Document Engine, of the index by minting, and other writes, while nobody revokes',
  budget: exactly(0),
  exact: true,
  measure: async () => {
    const { others, mints, sweeps } = await idleDay();
    return { value: others, notes: [`in a day of ${mints} mints and ${sweeps} sweeps`] };
  },
};

/** Counts the sweeper's reads when it has nothing to do. */
export const readsOfIdleSweep: Measurement = {
  what: 'DynamoDB reads of a sweep, while nobody revokes',
  budget: exactly(16),
  exact: true,
  measure: async () => {
    const { queries, sweeps } = await idleDay();
    return {
      value: queries / sweeps,
      notes: ['one of each partition of the index; once a minute for a stage, however many holders it has'],
    };
  },
};
