import rolesFile from '../../../../infra/roles/roles.json' with { type: 'json' };
import { parseRoles, type Grant } from '../../../../lib/grants/index.ts';
import { type RevokesTokens } from '../../../../lib/revocation/index.ts';
import { type TableOperations } from '../../table/table-through.ts';
import { type Actor } from './actor.ts';

/** The rules that the model's grants go by. */
export const POLICY = { roles: parseRoles(rolesFile), privateLayerPrefix: 'user:' };

/** What one of those that act side by side does. */
export interface Act {
  readonly name: string;
  /** Whether it may stop for ever at any step, as in a crash. */
  readonly mayStop?: boolean;
  /** Whether it ends tokens that are held at a moment, whatever the grants allow. */
  readonly revokes?: boolean;
  readonly act: (actor: Actor) => Promise<void>;
}

/** What may come of a call of Document Engine, besides a full answer. */
export const FAULTS = [
  'fails before it took effect',
  'fails after it took effect',
  'leaves out the last',
] as const;

/** One of the {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number];

/** Takes a protection away, by what is put between the service and its table or Document Engine. */
export interface Weakness {
  /** Asked anew for everyone who uses the table. */
  readonly table?: (table: TableOperations) => Partial<TableOperations>;
  readonly documentEngine?: (documentEngine: RevokesTokens) => RevokesTokens;
}

/** Where things begin, and who acts. */
export interface Situation {
  /** The grants of documents, by the documents' ids. */
  readonly grants: Readonly<Record<string, readonly Grant[]>>;
  /** Done first, one after the other. */
  readonly before?: readonly Act[];
  /** Done in every order of their steps. */
  readonly beside: readonly Act[];
  /** How often at most one is interrupted who could go on; any number of times unless given. */
  readonly interruptions?: number;
  /** Done then, one after the other. At last the sweeper comes until there is nothing left to do. */
  readonly afterwards?: readonly Act[];
  /** How often at most Document Engine fails while things go on side by side; it may each time in each way. */
  readonly faults?: number;
  /** The most items of a page of a query. */
  readonly largestPage?: number;
  /** Whether an index may still show what was there when things began to go on side by side. */
  readonly lags?: boolean;
  readonly weakness?: Weakness;
}
