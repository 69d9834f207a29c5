import { secondsOf, type Clock } from '../runtime/clock.ts';
import { DOCUMENT_ID_PATTERN, type Permission } from '../document-engine/index.ts';
import type { Logger } from '../runtime/log.ts';
import type { Seconds } from '../runtime/time.ts';
import { grantsByDocument, type GrantedDocument } from './reads/by-document.ts';
import { decide, type Policy } from './decision.ts';
import { ANY_LAYER, coversLayer, isExpired, privateLayerOf, type Grant } from './grant.ts';
import { readPage, type Page, type PageBounds, type Place } from './page.ts';
import { RequestReads } from './reads/request-reads.ts';
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
  const places = openable(
    subject,
    grantsByDocument(dependencies.table, principals, after, reads),
    dependencies,
  );
  // A next document can take another item of every principal.
  return readPage(
    places,
    after,
    bounds,
    (lookedAt) => lookedAt < MAX_LOOKED_AT && reads.left >= principals.length,
  );
}

async function* openable(
  subject: Subject,
  documents: AsyncIterable<GrantedDocument>,
  { policy, clock, log }: DocumentsDependencies,
): AsyncGenerator<Place<OpenableDocument, string>> {
  const at = secondsOf(clock);
  for await (const granted of documents) {
    const { documentId } = granted;
    // A mint refuses such an id, and so would the next page if its cursor named it. Such grants predate the rule.
    if (!DOCUMENT_ID_PATTERN.test(documentId)) continue;
    const layers = openableLayers(subject, granted, at, policy, log);
    yield { position: documentId, ...(layers.length > 0 && { entry: { documentId, layers } }) };
  }
}

function openableLayers(
  subject: Subject,
  { documentId, grants }: GrantedDocument,
  at: Seconds,
  policy: DocumentsDependencies['policy'],
  log: Logger,
): OpenableLayer[] {
  const counting = grants.filter((grant) => !isExpired(grant, at));
  const unusable = new Map<Grant, string>();
  const onUnusableGrant = (grant: Grant, reason: string) => unusable.set(grant, reason);
  const grantsOn = byLayer(counting);
  const layers = layersOf(counting, subject, policy.privateLayerPrefix).flatMap((layer) => {
    const candidates = grantsOn(layer);
    // A mint refuses the layer "*". A grant covers it if, and only if, it covers every shared layer.
    const question = { subject, layer, at, notAfter: Infinity };
    const decision = decide(question, candidates, { ...policy, onUnusableGrant });
    if (decision.outcome === 'refused') return [];
    const applying = candidates.filter(
      (grant) => !unusable.has(grant) && coversLayer(grant, layer, subject, policy.privateLayerPrefix),
    );
    const { permissions, expiresAt } = decision;
    const roles = [...new Set(applying.map(({ role }) => role))].sort();
    return [{ layer, roles, permissions, ...(expiresAt !== Infinity && { expiresAt }) }];
  });
  for (const [{ principal, role }, reason] of unusable) {
    log.warn('a grant cannot be used', { documentId, principal: principal.kind, role, reason });
  }
  return layers;
}

/**
 * Finds the grants that can cover a layer: those that name it, every shared layer, or the private one. Otherwise each
 * of a document's layers would look at all grants, and an owner can name 50 layers in each.
 */
function byLayer(grants: readonly Grant[]): (layer: string) => readonly Grant[] {
  const wide = grants.filter(({ layers, privateLayer }) => privateLayer || layers.includes(ANY_LAYER));
  const named = new Map<string, Set<Grant>>();
  for (const grant of grants) {
    for (const layer of grant.layers) named.set(layer, (named.get(layer) ?? new Set()).add(grant));
  }
  return (layer) => [...(named.get(layer) ?? new Set<Grant>()).union(new Set(wide))];
}

/** Lists the layers that grants name: `"*"` (every shared layer) first, then the others in order. */
function layersOf(grants: readonly Grant[], subject: Subject, prefix: string): string[] {
  const own = privateLayerOf(subject.userId, prefix);
  const named = grants.flatMap(({ layers, privateLayer }) =>
    privateLayer && own !== undefined ? [...layers, own] : layers,
  );
  const distinct = new Set(named);
  const any = distinct.delete(ANY_LAYER) ? [ANY_LAYER] : [];
  return [...any, ...[...distinct].sort()];
}
