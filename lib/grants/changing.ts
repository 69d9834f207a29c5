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
import type { GrantContent, Slot } from './store.ts';

/** A change of one principal's grant on one document, and the terms on which it may be made. */
export interface Change {
  readonly documentId: string;
  readonly principal: Principal;
  /** Whether the change may be made to a grant with this etag, or if there is none (undefined). */
  readonly precondition: (etag: string | undefined) => boolean;
  /** Whether the document may be left without an owner. */
  readonly allowNoOwner: boolean;
}

/** The outcome of setting a grant. With a `mark`, it allows less than before, and live tokens are to be revoked. */
type SetOutcome =
  | { readonly outcome: 'created' | 'changed' | 'unchanged'; readonly grant: Grant; readonly mark?: string }
  | AdministrationRefusal;

/** The outcome of removing a grant. The `mark` names the removal in the revocation of the live tokens. */
type RemoveOutcome = { readonly outcome: 'removed'; readonly mark: string } | AdministrationRefusal;

const CHANGING = 'change the grant';

/**
 * Sets the one grant of a principal on a document. Setting what is there already writes nothing.
 *
 * @throws StoreUnavailableError if the table does not answer, or the grant is changed under every attempt
 */
export async function setGrant(
  administrator: Administrator,
  change: Change,
  content: GrantContent,
  dependencies: AdministrationDependencies,
): Promise<SetOutcome> {
  const { store, roles } = dependencies;
  return untilUnchanged(CHANGING, async () => {
    const view = await look(administrator, change, dependencies);
    const refusal = await refusalOf(view, change, content, dependencies);
    if (refusal) return refusal;
    const { slot, present, at } = view;
    if (present && isSameContent(present, content)) return { outcome: 'unchanged', grant: present };
    const by = administrator.subject.userId;
    const narrowed = present !== undefined && narrows(present, { ...present, ...content }, roles);
    const written = await store.set(slot, change.principal, content, by, at, narrowed);
    return written ? { outcome: present ? 'changed' : 'created', ...written } : CHANGED;
  });
}

/**
 * Removes the one grant of a principal on a document.
 *
 * @throws StoreUnavailableError if the table does not answer, or the grant is changed under every attempt
 */
export async function removeGrant(
  administrator: Administrator,
  change: Change,
  dependencies: AdministrationDependencies,
): Promise<RemoveOutcome> {
  return untilUnchanged(CHANGING, async () => {
    const view = await look(administrator, change, dependencies);
    const refusal = await refusalOf(view, change, undefined, dependencies);
    if (refusal) return refusal;
    const { slot, present, at } = view;
    if (present === undefined) return refused('no-grant');
    const written = await dependencies.store.remove(slot, at);
    return written ? { outcome: 'removed', ...written } : CHANGED;
  });
}

/** The state that a change is decided from, all of one read. */
interface View {
  /** When it is decided, since the Unix epoch. */
  readonly at: Seconds;
  readonly slot: Slot;
  /** The grant that is there and still counts. */
  readonly present?: Grant;
  /** The administrator's own unexpired owner grants; absent if those do not matter. */
  readonly owned?: readonly Grant[];
}

async function look(
  administrator: Administrator,
  { documentId, principal }: Change,
  { store, roles, clock }: AdministrationDependencies,
): Promise<View> {
  const at = secondsOf(clock);
  const own = administrator.unbound ? [] : principalsOf(administrator.subject);
  const [slot, ...ownSlots] = await store.read(documentId, [principal, ...own]);
  if (slot === undefined) throw new InvariantError('The store reads a place for each principal');
  const { grant } = slot;
  const owned = ownSlots.flatMap(({ grant }) => (grant && makesOwner(grant, roles, at) ? [grant] : []));
  return {
    at,
    slot,
    ...(grant && !isExpired(grant, at) && { present: grant }),
    ...(!administrator.unbound && { owned }),
  };
}

/** Finds a reason to refuse a change. @param content - of the grant that comes; undefined if the present one is removed */
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

/** Refuses owners and others alike. A caller who is no owner learns nothing, not even of a precondition. */
function refusalOfAny({ owned, present }: View, { precondition }: Change): AdministrationRefusal | undefined {
  if (owned?.length === 0) return refused('no-owner');
  return precondition(present?.etag) ? undefined : refused('precondition-failed');
}

/** Refuses what an owner may not decide: about the grant that comes, or about the one that goes. */
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
 * Keeps an owner from taking the document's last owner away by accident: another owner grant must last as long as the
 * one that goes. Two owners who go at the same moment can each see the other; the scope makes a new one.
 */
async function refusalOfLastOwner(
  { owned, present, at }: View,
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
  for await (const { grant } of store.slots(documentId, GRANTS_AT_A_TIME)) {
    if (grant && remains(grant)) return undefined;
  }
  return refused('last-owner');
}

/** Tells whether two grants of one principal say the same, apart from who made them and when. */
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
