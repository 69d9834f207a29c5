import { principalKey, principalsOf, type Principal } from '../identity/index.ts';
import { secondsOf } from '../runtime/clock.ts';
import { InvariantError } from '../runtime/errors.ts';
import type { Seconds } from '../runtime/time.ts';
import { CHANGED, untilUnchanged } from '../table/index.ts';
import {
  GRANTS_AT_A_TIME,
  refused,
  type AdministrationDependencies,
  type AdministrationRefusal,
  type Administrator,
} from './administration.ts';
import { isExpired, type Grant } from './grant.ts';
import { narrows } from './narrowing.ts';
import { beyondOwned, lastsAsLongAs, makesOwner, OWNER } from './ownership.ts';
import { RequestReads, TooManyItemsError } from './reads/request-reads.ts';
import type { GrantContent, Slot } from './store.ts';

/** A change of one principal's grant on one document, and its conditions. */
export interface Change {
  readonly documentId: string;
  readonly principal: Principal;
  /** Tells whether the change may be made to a grant with this etag; undefined = there is no grant. */
  readonly precondition: (etag: string | undefined) => boolean;
  /** True if the change may leave the document without an owner. */
  readonly allowNoOwner: boolean;
}

/**
 * The outcome of setting a grant. A `mark` is there if the grant allows less than before: its live tokens must be
 * revoked.
 */
type SetOutcome =
  | {
      readonly outcome: 'created' | 'changed' | 'unchanged';
      readonly grant: Grant;
      readonly mark?: string;
      /** The unexpired grant in its place before; absent if there was none. */
      readonly before?: Grant;
    }
  | AdministrationRefusal;

/** The outcome of removing a grant. The `mark` names the removal when its live tokens are revoked. */
type RemoveOutcome =
  { readonly outcome: 'removed'; readonly mark: string; readonly before: Grant } | AdministrationRefusal;

const CHANGING = 'change the grant';

/**
 * Sets the one grant of a principal on a document. A grant with the same content is not written again.
 *
 * @throws StoreUnavailableError if the table does not answer, or other writers change the grant during every attempt
 * @throws TooManyItemsError if that took too many reads
 */
export async function setGrant(
  administrator: Administrator,
  change: Change,
  content: GrantContent,
  dependencies: AdministrationDependencies,
): Promise<SetOutcome> {
  const { store, roles } = dependencies;
  const reads = new RequestReads();
  return untilUnchanged(CHANGING, async () => {
    const view = await look(administrator, change, reads, dependencies);
    const refusal = await refusalOf(view, change, content, dependencies);
    if (refusal) return refusal;
    const { slot, present, at } = view;
    if (present && isSameContent(present, content)) return { outcome: 'unchanged', grant: present };
    const by = administrator.subject.userId;
    const narrowed = present !== undefined && narrows(present, { ...present, ...content }, roles);
    const written = await store.set(slot, change.principal, content, by, at, narrowed);
    const before = present && { before: present };
    return written ? { outcome: present ? 'changed' : 'created', ...written, ...before } : CHANGED;
  });
}

/**
 * Removes the one grant of a principal on a document.
 *
 * @throws StoreUnavailableError if the table does not answer, or other writers change the grant during every attempt
 * @throws TooManyItemsError if that took too many reads
 */
export async function removeGrant(
  administrator: Administrator,
  change: Change,
  dependencies: AdministrationDependencies,
): Promise<RemoveOutcome> {
  const reads = new RequestReads();
  return untilUnchanged(CHANGING, async () => {
    const view = await look(administrator, change, reads, dependencies);
    const refusal = await refusalOf(view, change, undefined, dependencies);
    if (refusal) return refusal;
    const { slot, present, at } = view;
    if (present === undefined) return refused('no-grant');
    const written = await dependencies.store.remove(slot, at);
    return written ? { outcome: 'removed', ...written, before: present } : CHANGED;
  });
}

/** The state on which a change is decided, from one read. */
interface View {
  /** The moment of the decision, since the Unix epoch. */
  readonly at: Seconds;
  readonly slot: Slot;
  /** The unexpired grant of the principal, if there is one. */
  readonly present?: Grant;
  /** The administrator's own unexpired owner grants; absent if the rules for owners do not apply. */
  readonly owned?: readonly Grant[];
  readonly reads: RequestReads;
}

async function look(
  administrator: Administrator,
  { documentId, principal }: Change,
  reads: RequestReads,
  { store, roles, clock }: AdministrationDependencies,
): Promise<View> {
  const at = secondsOf(clock);
  const own = administrator.unbound ? [] : principalsOf(administrator.subject);
  const [slot, ...ownSlots] = await store.read(documentId, [principal, ...own], reads);
  if (slot === undefined) throw new InvariantError('GrantStore.read returned fewer slots than principals');
  const { grant } = slot;
  const owned = ownSlots.flatMap(({ grant }) => (grant && makesOwner(grant, roles, at) ? [grant] : []));
  return {
    at,
    slot,
    ...(grant && !isExpired(grant, at) && { present: grant }),
    ...(!administrator.unbound && { owned }),
    reads,
  };
}

/** Finds a reason to refuse a change. @param content - of the new grant; undefined for a removal */
async function refusalOf(
  view: View,
  change: Change,
  content: GrantContent | undefined,
  dependencies: AdministrationDependencies,
): Promise<AdministrationRefusal | undefined> {
  return (
    refusalOfAny(view, change) ??
    refusalOfOwner(view, change, content) ??
    refusalOfLastOwner(view, change, content, dependencies)
  );
}

/**
 * Checks the rules for all callers. A caller without an owner grant learns nothing, not even whether the precondition
 * holds.
 */
function refusalOfAny({ owned, present }: View, { precondition }: Change): AdministrationRefusal | undefined {
  if (owned?.length === 0) return refused('no-owner');
  return precondition(present?.etag) ? undefined : refused('precondition-failed');
}

/** Checks that the new grant and the present one lie within the owner's own grants. */
function refusalOfOwner(
  { owned, present }: View,
  { principal }: Change,
  content: GrantContent | undefined,
): AdministrationRefusal | undefined {
  if (owned === undefined) return undefined;
  if (principal.kind === 'everyone' && content?.role === OWNER) return refused('owner-for-everyone');
  const beyondNew = content && beyondOwned(content, owned);
  if (beyondNew) return { outcome: 'refused', reason: 'beyond-own-grants', of: 'new', beyond: beyondNew };
  const beyondPresent = present && beyondOwned(present, owned);
  if (beyondPresent)
    return { outcome: 'refused', reason: 'beyond-own-grants', of: 'present', beyond: beyondPresent };
  return undefined;
}

/**
 * Refuses to remove the document's last owner by accident: another owner grant must last as long as the removed one. If
 * two owners are removed at the same moment, each removal can still see the other owner. A caller with the scope then
 * sets a new owner.
 */
async function refusalOfLastOwner(
  { owned, present, at, reads }: View,
  { documentId, principal, allowNoOwner }: Change,
  content: GrantContent | undefined,
  { store, roles }: AdministrationDependencies,
): Promise<AdministrationRefusal | undefined> {
  if (owned === undefined || allowNoOwner) return undefined;
  if (present === undefined || !makesOwner(present, roles, at)) return undefined;
  if (content?.role === OWNER && lastsAsLongAs(content, present)) return undefined;
  const remains = (grant: Grant): boolean =>
    principalKey(grant.principal) !== principalKey(principal) &&
    makesOwner(grant, roles, at) &&
    lastsAsLongAs(grant, present);
  if (owned.some(remains)) return undefined;
  try {
    for await (const { grant } of store.slots(documentId, GRANTS_AT_A_TIME, { reads })) {
      if (grant && remains(grant)) return undefined;
    }
  } catch (error) {
    if (error instanceof TooManyItemsError) return refused('too-many-grants');
    throw error;
  }
  return refused('last-owner');
}

/** Tells whether two grants of one principal have the same content; their maker and their time do not count. */
export function isSameContent(one: GrantContent, other: GrantContent): boolean {
  const [layers, otherLayers] = [new Set(one.layers), new Set(other.layers)];
  return (
    one.role === other.role &&
    one.privateLayer === other.privateLayer &&
    one.defaultGroup === other.defaultGroup &&
    one.expiresAt === other.expiresAt &&
    layers.symmetricDifference(otherLayers).size === 0
  );
}
