import { RequestReads, unusableGrantWarning, type Policy, type Roles } from '../grants/index.ts';
import type { Subject } from '../identity/index.ts';
import { familyId, type Holder } from '../revocation/index.ts';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/log.ts';
import { holderKey, type Table } from '../table/index.ts';
import { readAuthority, type Authority, type DocumentRead } from './authority.ts';
import { clientTokenClaims } from './claims.ts';
import { holderFor } from './holding.ts';
import type { UnsignedToken } from './minted-token.ts';
import { rule, type MintRequest, type RequestRefused } from './ruling.ts';

export interface SettlingDependencies {
  readonly table: Table;
  readonly roles: Roles;
  /** The prefix of every private layer's name; never empty. */
  readonly privateLayerPrefix: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A failure to read or write one document's items. Other documents of the same call can still succeed. */
export interface MintFailure {
  readonly outcome: 'failed';
  readonly error: unknown;
}

/** The outcome of a request before signing: a token to sign, a refusal or a failure. */
export type Settled = UnsignedToken | RequestRefused | MintFailure;

/** All requests for one document, which share one holder item. */
interface Opening {
  readonly documentId: string;
  readonly requests: readonly MintRequest[];
  /** The holder item as known before the next read. */
  readonly known?: Holder;
}

type Entry = readonly [MintRequest, Settled];

// Each round is one read. Two are enough, unless another mint or a revocation changes the same holder item meanwhile.
const MAX_ROUNDS = 6;

/**
 * Settles requests of one person, in rounds. A round reads the items of all open documents in one pass, and writes their holder items
 * if the tokens need it. If the read of a document does not count, the document stays open for the next round.
 *
 * @param requests - any number; documents may repeat
 * @returns the outcome of each request; a request is absent if its holder item changed in every round
 * @throws StoreUnavailableError if the table cannot be read. A failure for one document alone becomes its own outcome.
 */
export async function settle(
  subject: Subject,
  requests: readonly MintRequest[],
  dependencies: SettlingDependencies,
): Promise<ReadonlyMap<MintRequest, Settled>> {
  const settled: Entry[] = [];
  const reads = new RequestReads();
  let open: Opening[] = [...Map.groupBy(requests, ({ documentId }) => documentId)].map(
    ([documentId, ofDocument]) => ({ documentId, requests: ofDocument }),
  );
  for (let round = 0; round < MAX_ROUNDS && open.length > 0; round += 1) {
    const authorityOn = await readAuthority(subject, open.map(documentRead), reads, dependencies);
    const results = await Promise.all(
      open.map((opening) => settleOrFail(subject, opening, authorityOn, dependencies)),
    );
    settled.push(...results.flatMap((result) => (Array.isArray(result) ? result : [])));
    open = results.flatMap((result) => (Array.isArray(result) ? [] : [result]));
  }
  return new Map(settled);
}

/** Grants are read only for requests that bring none. */
function documentRead({ documentId, requests }: Opening): DocumentRead {
  return { documentId, withGrants: requests.some(({ grant }) => grant === undefined) };
}

async function settleOrFail(
  subject: Subject,
  opening: Opening,
  authorityOn: (documentId: string) => Authority,
  dependencies: SettlingDependencies,
): Promise<Entry[] | Opening> {
  try {
    return await settleDocument(subject, opening, authorityOn(opening.documentId), dependencies);
  } catch (error) {
    return opening.requests.map((request) => [request, { outcome: 'failed', error }]);
  }
}

/** Settles a document's requests, or returns the opening for the next round. */
async function settleDocument(
  subject: Subject,
  { documentId, requests, known }: Opening,
  authority: Authority,
  dependencies: SettlingDependencies,
): Promise<Entry[] | Opening> {
  const { table, clock } = dependencies;
  const policy = policyOn(documentId, dependencies);
  const ruling = rule(subject, requests, authority, known, policy, secondsOf(clock));
  const { refusals, permits, need } = ruling;
  if (need === undefined) return [...refusals];
  const key = holderKey(documentId, subject.userId);
  const holder = await holderFor(need, table, key, authority.holder, clock.now());
  if (holder === undefined) return { documentId, requests };
  // A read of grants says nothing about a family that began after it.
  const fits = ruling.isOfAnyFamily || holder.epoch === authority.holder?.epoch;
  if (!ruling.counts || !fits) return { documentId, requests, known: holder };
  const family = familyId(documentId, subject.userId, holder.epoch);
  const tokens = permits.map(([request, permit]): Entry => {
    const claims = clientTokenClaims(documentId, subject, permit, family);
    return [request, { outcome: 'unsigned', claims, grants: permit.grants }];
  });
  return [...refusals, ...tokens];
}

function policyOn(documentId: string, { roles, privateLayerPrefix, log }: SettlingDependencies): Policy {
  return { roles, privateLayerPrefix, onVerdict: unusableGrantWarning(documentId, log) };
}
