import { secondsOf, type Clock } from '../runtime/clock.ts';
import { DOCUMENT_ID_PATTERN, type Permission } from '../document-engine/index.ts';
import type { Logger } from '../runtime/log.ts';
import type { Seconds } from '../runtime/time.ts';
import { grantsByDocument, type GrantedDocument } from './reads/by-document.ts';
import { decide, type Policy } from './decision.ts';
import {
  ANY_LAYER,
  coversLayer,
  isExpired,
  privateLayerOf,
  type DecidingGrant,
  type Grant,
} from './grant.ts';
import { readPage, type Page, type PageBounds, type Place } from './page.ts';
import { RequestReads } from './reads/request-reads.ts';
import { unusableGrantWarning, type Verdict } from './verdict.ts';
import type { Table } from '../table/index.ts';
import { principalsOf, type Subject } from '../identity/index.ts';

/** A document that a person can open. */
export interface OpenableDocument {
  readonly documentId: string;
  /** Never empty; every shared layer first, then by name. */
  readonly layers: readonly OpenableLayer[];
}

/** A layer that a person can open, with all that a token for it can allow. */
export interface OpenableLayer {
  /** Its name, or `"*"` for every shared layer that is not named beside it. */
  readonly layer: string;
  /** The roles of all grants that apply, by name. */
  readonly roles: readonly string[];
  readonly permissions: readonly Permission[];
  /** The first expiry among the grants that the token is built from, since the Unix epoch; absent = none expires. */
  readonly expiresAt?: Seconds;
}

/** A page of a person's documents, each at the position of its id. */
export type DocumentPage = Page<OpenableDocument, string>;

export interface DocumentsDependencies {
  readonly table: Table;
  readonly policy: Pick<Policy, 'roles' | 'privateLayerPrefix'>;
  readonly clock: Clock;
  readonly log: Logger;
}

// A page ends after this many documents, even if it is not full; so does one that has read as many items as a request may.
const MAX_LOOKED_AT = 1000;

/**
 * A page ends after it has looked at this many grants, one that covers several layers once for each: about half a second of
 * computing. A document is never cut for this, so a page can look at 500,000 more.
 */
const MAX_WEIGHED = 100_000;

/**
 * The most layers of a document in a list. Each grant can name 50, and Lambda takes 6 MB for an answer. Without this bound, an
 * owner could name so many layers to a caller's groups that this caller could list no document any more.
 */
export const MAX_LISTED_LAYERS = 1000;

/**
 * Lists the documents that a person can open, in the order of their ids, in pages. The rights on a layer come from the
 * same decision that a mint makes, so the list never promises more than a token allows.
 *
 * @param bounds - the bounds of a page. A page with fewer documents is not always the last.
 * @param after - the page begins behind this document; undefined = with the first
 */
export function listDocuments(
  subject: Subject,
  bounds: PageBounds<OpenableDocument>,
  after: string | undefined,
  dependencies: DocumentsDependencies,
): Promise<DocumentPage> {
  const reads = new RequestReads();
  const principals = principalsOf(subject);
  const effort = { weighed: 0 };
  const granted = grantsByDocument(dependencies.table, principals, after, reads);
  const places = openable(subject, granted, effort, dependencies);
  // A next document can take another item of every principal.
  return readPage(
    places,
    after,
    bounds,
    (lookedAt) => lookedAt < MAX_LOOKED_AT && reads.left >= principals.length && effort.weighed < MAX_WEIGHED,
  );
}

/** The number of grants that a request has looked at so far, for each layer. */
interface Effort {
  weighed: number;
}

async function* openable(
  subject: Subject,
  documents: AsyncIterable<GrantedDocument>,
  effort: Effort,
  { policy, clock, log }: DocumentsDependencies,
): AsyncGenerator<Place<OpenableDocument, string>> {
  const at = secondsOf(clock);
  for await (const granted of documents) {
    const { documentId } = granted;
    // A mint refuses such an id, and so would the next page if its cursor named it. Such grants predate the rule.
    if (!DOCUMENT_ID_PATTERN.test(documentId)) continue;
    const layers = openableLayers(subject, granted, at, effort, policy, log);
    yield { position: documentId, ...(layers.length > 0 && { entry: { documentId, layers } }) };
  }
}

function openableLayers(
  subject: Subject,
  { documentId, grants }: GrantedDocument,
  at: Seconds,
  effort: Effort,
  policy: DocumentsDependencies['policy'],
  log: Logger,
): OpenableLayer[] {
  const counting = grants.filter((grant) => !isExpired(grant, at));
  const unusable = new Map<DecidingGrant, Verdict>();
  const onVerdict = (grant: DecidingGrant, verdict: Verdict): void => {
    if (!verdict.counts && verdict.fault !== undefined) unusable.set(grant, verdict);
  };
  const own = privateLayerOf(subject.userId, policy.privateLayerPrefix);
  const grantsOn = byLayer(counting, own);
  const layers = layersOf(counting, own).flatMap((layer) => {
    const candidates = grantsOn(layer);
    effort.weighed += candidates.length;
    // A mint refuses the layer "*". A grant covers it if, and only if, it covers every shared layer.
    const question = { subject, layer, at, notAfter: Infinity };
    const decision = decide(question, candidates, { ...policy, onVerdict });
    if (decision.outcome === 'refused') return [];
    const applying = candidates.filter(
      (grant) => !unusable.has(grant) && coversLayer(grant, layer, subject, policy.privateLayerPrefix),
    );
    const { permissions, expiresAt } = decision;
    const roles = [...new Set(applying.map(({ role }) => role))].sort();
    return [{ layer, roles, permissions, ...(expiresAt !== Infinity && { expiresAt }) }];
  });
  const warn = unusableGrantWarning(documentId, log);
  for (const [grant, verdict] of unusable) warn(grant, verdict);
  return layers;
}

/**
 * Finds the grants that can cover a layer: those that name it or every shared layer, and for the private layer those with
 * one. Otherwise each of a document's layers would look at all grants, and an owner can name 50 layers in each.
 *
 * @param own - the private layer of the subject; undefined if there is none
 */
function byLayer(grants: readonly Grant[], own: string | undefined): (layer: string) => readonly Grant[] {
  const wide = new Set(grants.filter(({ layers }) => layers.includes(ANY_LAYER)));
  const named = new Map<string, Set<Grant>>();
  for (const grant of grants) {
    for (const layer of layersIn(grant, own)) named.set(layer, (named.get(layer) ?? new Set()).add(grant));
  }
  return (layer) => [...(named.get(layer) ?? new Set<Grant>()).union(wide)];
}

/** Lists the layers that grants name: `"*"` (every shared layer) first, then the others in order; not all if they are too many. */
function layersOf(grants: readonly Grant[], own: string | undefined): string[] {
  const distinct = new Set(grants.flatMap((grant) => layersIn(grant, own)));
  const any = distinct.delete(ANY_LAYER) ? [ANY_LAYER] : [];
  return [...any, ...[...distinct].sort()].slice(0, MAX_LISTED_LAYERS);
}

function layersIn({ layers, privateLayer }: Grant, own: string | undefined): readonly string[] {
  return privateLayer && own !== undefined ? [...layers, own] : layers;
}
