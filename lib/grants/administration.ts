import { secondsOf, type Clock } from '../runtime/clock.ts';
import { inParallel } from '../runtime/parallel.ts';
import { isExpired, type Grant } from './grant.ts';
import { beyondOwned, lastsAsLongAs, makesOwner, OWNER, type Beyond } from './ownership.ts';
import { narrows } from './narrowing.ts';
import { readPage, type Page, type PageBounds, type Place } from './page.ts';
import { type Roles } from './roles.ts';
import { isOccupied, type GrantContent, type GrantStore, type Slot } from './store.ts';
import { principalOfGrantKey, untilUnchanged, CHANGED } from '../table/index.ts';
import { principalKey, principalsOf, type Principal, type Subject } from '../identity/index.ts';
import { InvariantError } from '../runtime/errors.ts';

/** Whoever administers a document's grants. */
export interface Administrator {
  readonly subject: Subject;
  /** Whether the rules for owners do not bind them: they have the scope for any document's grants. */
  readonly unbound: boolean;
}

/** One principal's grant on one document, and on what terms it may be changed. */
export interface Change {
  readonly documentId: string;
  readonly principal: Principal;
  /** Whether the change may be made to a grant with this etag, or where there is none (undefined). */
  readonly precondition: (etag: string | undefined) => boolean;
  /** Whether the document may be left without an owner. */
  readonly allowNoOwner: boolean;
}

/** What administering grants works with. */
export interface AdministrationDependencies {
  readonly store: GrantStore;
  readonly roles: Roles;
  readonly clock: Clock;
}

/** Why the grants are not shown or changed. */
export type AdministrationRefusal = { readonly outcome: 'refused' } & (
  | { readonly reason: 'no-owner' | 'owner-for-everyone' | 'last-owner' | 'precondition-failed' | 'no-grant' }
  | { readonly reason: 'beyond-own-grants'; readonly of: 'new' | 'present'; readonly beyond: Beyond }
);

/** How setting a grant went. With a `mark`, it allows less than before, and live tokens are to be revoked. */
export type SetOutcome =
  | { readonly outcome: 'created' | 'changed' | 'unchanged'; readonly grant: Grant; readonly mark?: string }
  | AdministrationRefusal;

/** How removing a grant went. The `mark` names the removal to whoever revokes the live tokens. */
export type RemoveOutcome = { readonly outcome: 'removed'; readonly mark: string } | AdministrationRefusal;

/** A removal among many. */
export interface Removal {
  readonly principal: Principal;
  readonly mark: string;
}

/** A page of a document's grants, each at the position of its principal. */
export interface GrantPage extends Page<Grant, Principal> {
  readonly outcome: 'listed';
}

// The most places that are looked at for one page: after it, whatever they held, the page ends.
const MAX_LOOKED_AT = 2000;

const PAGE_SIZE = 200;

const CHANGING = 'change the grant';

/** How many removals are under way at a time when all grants are removed. */
const REMOVALS_AT_A_TIME = 20;

/**
 * Lists a document's unexpired grants in the order of their principals' keys, in pages.
 *
 * @param bounds - of a page; it can have fewer grants and still not be the last
 * @param after - begins behind this principal's
 */
export async function listGrants(
  administrator: Administrator,
  documentId: string,
  bounds: PageBounds<Grant>,
  after: Principal | undefined,
  { store, roles, clock }: AdministrationDependencies,
): Promise<GrantPage | AdministrationRefusal> {
  const at = secondsOf(clock);
  if (
    !administrator.unbound &&
    !(await isOwner(administrator.subject, documentId, { store, roles, clock }))
  ) {
    return refused('no-owner');
  }
  // One more than the page holds tells whether there is a next page.
  const slots = store.slots(documentId, bounds.limit + 1, after);
  return { outcome: 'listed', ...(await readPage(unexpired(slots, at), after, bounds, MAX_LOOKED_AT)) };
}

async function* unexpired(slots: AsyncIterable<Slot>, at: number): AsyncGenerator<Place<Grant, Principal>> {
  for await (const { key, grant } of slots) {
    yield { position: principalOfGrantKey(key), ...(grant && !isExpired(grant, at) && { entry: grant }) };
  }
}

/** Whether somebody has an unexpired owner grant on a document, on whatever layers. */
export async function isOwner(
  subject: Subject,
  documentId: string,
  { store, roles, clock }: AdministrationDependencies,
): Promise<boolean> {
  const own = await store.read(documentId, principalsOf(subject));
  return ownerGrants(own, roles, secondsOf(clock)).length > 0;
}

/**
 * Sets the one grant of a principal on a document. Setting what is there already writes nothing.
 *
 * @throws StoreUnavailableError where the table does not answer, or the grant is changed under every attempt
 */
export async function setGrant(
  administrator: Administrator,
  change: Change,
  content: GrantContent,
  { store, roles, clock }: AdministrationDependencies,
): Promise<SetOutcome> {
  return untilUnchanged(CHANGING, async () => {
    const at = secondsOf(clock);
    const view = await look(administrator, change, roles, store, at);
    const { slot, present } = view;
    const refusal =
      refusalOfAny(view, change) ??
      refusalOfOwner(view, change, content) ??
      (await refusalOfLastOwner(view, change, content, store, at));
    if (refusal) return refusal;
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
 * @throws StoreUnavailableError where the table does not answer, or the grant is changed under every attempt
 */
export async function removeGrant(
  administrator: Administrator,
  change: Change,
  { store, roles, clock }: AdministrationDependencies,
): Promise<RemoveOutcome> {
  return untilUnchanged(CHANGING, async () => {
    const at = secondsOf(clock);
    const view = await look(administrator, change, roles, store, at);
    const refusal =
      refusalOfAny(view, change) ??
      refusalOfOwner(view, change, undefined) ??
      (await refusalOfLastOwner(view, change, undefined, store, at));
    if (refusal) return refusal;
    const { slot, present } = view;
    if (present === undefined) return refused('no-grant');
    const written = await store.remove(slot, at);
    return written ? { outcome: 'removed', ...written } : CHANGED;
  });
}

/**
 * Removes all grants of a document, also those that are expired or cannot be read. Whoever calls it must have the scope
 * for that. Where it fails in between, another call removes the rest.
 *
 * @returns the removals, for whoever revokes the live tokens
 * @throws StoreUnavailableError where the table does not answer, or grants are changed under every attempt
 */
export async function removeAllGrants(
  documentId: string,
  { store, clock }: Pick<AdministrationDependencies, 'store' | 'clock'>,
): Promise<Removal[]> {
  const removals: Removal[] = [];
  return untilUnchanged(CHANGING, async () => {
    const missed: Slot[] = [];
    const remove = async (slot: Slot): Promise<void> => {
      const written = await store.remove(slot, secondsOf(clock));
      const principal = principalOfGrantKey(slot.key);
      if (written === undefined) missed.push(slot);
      else if (principal !== undefined) removals.push({ principal, ...written });
    };
    let batch: Slot[] = [];
    for await (const slot of store.slots(documentId, PAGE_SIZE)) {
      if (isOccupied(slot)) batch.push(slot);
      if (batch.length < PAGE_SIZE) continue;
      await inParallel(batch, REMOVALS_AT_A_TIME, remove);
      batch = [];
    }
    await inParallel(batch, REMOVALS_AT_A_TIME, remove);
    return missed.length === 0 ? removals : CHANGED;
  });
}

/** What a change is decided from, all of one read. */
interface View {
  readonly slot: Slot;
  /** The grant that is there and still counts. */
  readonly present?: Grant;
  /** The administrator's own unexpired owner grants; absent where those do not matter. */
  readonly owned?: readonly Grant[];
}

async function look(
  administrator: Administrator,
  { documentId, principal }: Change,
  roles: Roles,
  store: GrantStore,
  at: number,
): Promise<View> {
  const own = administrator.unbound ? [] : principalsOf(administrator.subject);
  const [slot, ...ownSlots] = await store.read(documentId, [principal, ...own]);
  if (slot === undefined) throw new InvariantError('The store reads a place for each principal');
  const { grant } = slot;
  return {
    slot,
    ...(grant && !isExpired(grant, at) && { present: grant }),
    ...(!administrator.unbound && { owned: ownerGrants(ownSlots, roles, at) }),
  };
}

/** The grants that make their principals owners; none where the role is no longer in the role file. */
function ownerGrants(slots: readonly Slot[], roles: Roles, at: number): Grant[] {
  if (!roles.has(OWNER)) return [];
  return slots.flatMap(({ grant }) => (grant && makesOwner(grant, at) ? [grant] : []));
}

/** What holds for owners and others alike. Who is no owner learns nothing, not even of a precondition. */
function refusalOfAny({ owned, present }: View, { precondition }: Change): AdministrationRefusal | undefined {
  if (owned?.length === 0) return refused('no-owner');
  return precondition(present?.etag) ? undefined : refused('precondition-failed');
}

/** What an owner may not decide: about the grant that comes, or about the one that goes. */
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
  { owned, present }: View,
  { documentId, principal, allowNoOwner }: Change,
  content: GrantContent | undefined,
  store: GrantStore,
  at: number,
): Promise<AdministrationRefusal | undefined> {
  if (owned === undefined || allowNoOwner || present === undefined || !makesOwner(present, at))
    return undefined;
  if (content?.role === OWNER && lastsAsLongAs(content, present)) return undefined;
  const remains = (grant: Grant): boolean =>
    principalKey(grant.principal) !== principalKey(principal) &&
    makesOwner(grant, at) &&
    lastsAsLongAs(grant, present);
  if (owned.some(remains)) return undefined;
  for await (const { grant } of store.slots(documentId, PAGE_SIZE)) {
    if (grant && remains(grant)) return undefined;
  }
  return refused('last-owner');
}

/** Whether two grants say the same of the same principal, whoever made them and when. */
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

type PlainReason = Exclude<AdministrationRefusal['reason'], 'beyond-own-grants'>;

function refused(reason: PlainReason): AdministrationRefusal {
  return { outcome: 'refused', reason };
}
