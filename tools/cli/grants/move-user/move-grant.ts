import {
  fillRole,
  isExpired,
  privateLayerOf,
  type Grant,
  type GrantStore,
  type Roles,
} from '../../../../lib/grants/index.ts';
import type { Principal } from '../../../../lib/identity/index.ts';
import { secondsOf, type Clock } from '../../../../lib/runtime/clock.ts';
import { CHANGED, isGrantItem, StoreContendedError, untilUnchanged } from '../../../../lib/table/index.ts';
import type { Pair } from './user-pairs.ts';
import { writesOfMove, type ConditionalWrite } from './writes-of-move.ts';
import { planOf, type OnConflict, type Plan } from './plan.ts';

/** The dependencies and the options of a move. */
export interface MoveContext {
  readonly store: GrantStore;
  /** Writes all or nothing. @returns false if a condition did not hold, or another transaction was in the way */
  readonly writeTogether: (writes: readonly ConditionalWrite[]) => Promise<boolean>;
  readonly roles: Roles;
  readonly privateLayerPrefix: string;
  readonly clock: Clock;
  readonly onConflict: OnConflict;
  /** True if nothing is written. */
  readonly isDryRun: boolean;
}

/** The outcome on one document. `nothing`: the former user id has no unexpired grant there. */
export type Outcome =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'moved';
      readonly plan: Exclude<Plan, { readonly kind: 'conflict' }>;
      readonly from: Grant;
      /** The unexpired grant that the new user id had; absent if there was none. */
      readonly to?: Grant;
    }
  | { readonly kind: 'left'; readonly reason: LeftReason };

/** The reason for leaving both grants of a document as they are. */
export type LeftReason =
  | { readonly kind: 'conflict'; readonly from: Grant; readonly to: Grant }
  | { readonly kind: 'unreadable' | 'contended' }
  /** The grant would allow the new user id less, because of the characters or the length of that id. */
  | { readonly kind: 'placeholder' | 'private-layer'; readonly from: Grant };

/**
 * Moves the grant that a person has on a document. One transaction sets the new grant and removes the former one, on the condition
 * that both places are as they were read. So an interruption leaves no part of a move, and two runs at once do not get in each other's way.
 *
 * @throws the AWS SDK's errors and those of {@link GrantStore}
 */
export async function moveGrant(documentId: string, pair: Pair, context: MoveContext): Promise<Outcome> {
  try {
    return await untilUnchanged('move the grant', () => attempt(documentId, pair, context));
  } catch (error) {
    if (!(error instanceof StoreContendedError)) throw error;
    return { kind: 'left', reason: { kind: 'contended' } };
  }
}

async function attempt(
  documentId: string,
  pair: Pair,
  context: MoveContext,
): Promise<Outcome | typeof CHANGED> {
  const { store, writeTogether, clock, onConflict, isDryRun } = context;
  const at = secondsOf(clock);
  const next = userOf(pair.to);
  const [from, to] = await store.read(documentId, [userOf(pair.from), next]);
  if (from?.item === undefined || to === undefined || !isGrantItem(from.item)) return { kind: 'nothing' };
  const isUnreadable = to.item !== undefined && isGrantItem(to.item) && to.grant === undefined;
  if (from.grant === undefined || isUnreadable) return { kind: 'left', reason: { kind: 'unreadable' } };
  if (isExpired(from.grant, at)) return { kind: 'nothing' };

  const present = to.grant && !isExpired(to.grant, at) ? to.grant : undefined;
  const plan = planOf(from.grant, present, next, onConflict, context);
  if (plan.kind === 'conflict') return { kind: 'left', reason: plan };
  const lost = lostIn(plan.grant, from.grant, pair, context);
  if (lost !== undefined) return { kind: 'left', reason: { kind: lost, from: from.grant } };
  const outcome: Outcome = { kind: 'moved', plan, from: from.grant, ...(present && { to: present }) };
  if (isDryRun) return outcome;
  const writes =
    plan.kind === 'keep'
      ? writesOfMove(from, to, undefined, false, at)
      : writesOfMove(from, to, plan.grant, plan.narrowed, at);
  return (await writeTogether(writes)) ? outcome : CHANGED;
}

const userOf = (id: string): Principal => ({ kind: 'user', id });

/** Finds a part of the former grant that the former user id can use, and the new user id cannot use in its own grant. */
function lostIn(
  next: Omit<Grant, 'etag'>,
  former: Grant,
  { from, to }: Pair,
  { roles, privateLayerPrefix }: MoveContext,
): 'placeholder' | 'private-layer' | undefined {
  const isUsable = ({ role: name, principal }: Omit<Grant, 'etag'>, userId: string): boolean => {
    const role = roles.get(name);
    return role !== undefined && fillRole(role, { userId, groups: [] }, principal).filled;
  };
  if (isUsable(former, from) && !isUsable(next, to)) return 'placeholder';
  const hasPrivateLayer = (userId: string): boolean =>
    privateLayerOf(userId, privateLayerPrefix) !== undefined;
  return former.privateLayer && hasPrivateLayer(from) && !hasPrivateLayer(to) ? 'private-layer' : undefined;
}
