import { UNRECORDED } from '../../audit/recording.ts';
import rolesFile from '../../../../infra/roles/roles.json' with { type: 'json' };
import { parseRoles, type Grant } from '../../../../lib/grants/index.ts';
import { type RevokesTokens } from '../../../../lib/revocation/index.ts';
import { type TableOperations } from '../../table/table-through.ts';
import { type Actor } from './actor.ts';
import { twoThirds } from '../../runtime/random.ts';

/** The roles and the private layer prefix of the model. */
export const POLICY = {
  roles: parseRoles(rolesFile),
  privateLayerPrefix: 'user:',
  random: twoThirds,
  audit: UNRECORDED,
};

/** The act of one actor. */
export interface Act {
  readonly name: string;
  /** True if it may stop for ever at any step, as in a crash. */
  readonly mayStop?: boolean;
  /** True if its request arrives at any step. Any other request arrives at the beginning. */
  readonly arrivesLater?: boolean;
  /**
   * True if its caller may be answered early: the process is frozen with a call under way, and thawed at any later step.
   */
  readonly mayFreeze?: boolean;
  /** True if it ends all tokens that are held at a moment, even if the grants allow them. */
  readonly revokes?: boolean;
  /** The act of the same caller after the answer. */
  readonly then?: Act;
  readonly act: (actor: Actor) => Promise<void>;
}

/** The possible outcomes of a call to Document Engine, besides a full answer. */
export const FAULTS = [
  'fails before it took effect',
  'fails after it took effect',
  'leaves out the last',
] as const;

/** One of the {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number];

/** A change that removes a protection. It is put between the service and its table or Document Engine. */
export interface Weakness {
  /** True if no call looks at the deadline. */
  readonly ignoresDeadline?: boolean;
  /** Called once for each actor. */
  readonly table?: (table: TableOperations) => Partial<TableOperations>;
  readonly documentEngine?: (documentEngine: RevokesTokens) => RevokesTokens;
}

/** The state at the beginning, and the acts. */
export interface Situation {
  /** The grants of documents, by the documents' ids. */
  readonly grants: Readonly<Record<string, readonly Grant[]>>;
  /** The acts before, one after the other. */
  readonly before?: readonly Act[];
  /** The acts side by side, in every order of their steps. */
  readonly beside: readonly Act[];
  /** The most interruptions of an actor that could continue; unlimited unless given. */
  readonly interruptions?: number;
  /** The acts after that, one after the other. Then the sweeper runs until no work is left. */
  readonly afterwards?: readonly Act[];
  /** The most failures of Document Engine during the acts side by side; each can be any of the {@link FAULTS}. */
  readonly faults?: number;
  /** The most items of a page of a query. */
  readonly largestPage?: number;
  /** True if an index may still show the items from before the acts side by side. */
  readonly lags?: boolean;
  readonly weakness?: Weakness;
}
