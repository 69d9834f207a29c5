import { secondsOf, type Clock } from '../runtime/clock.ts';
import { type Permission } from '../document-engine/index.ts';
import {
  decide,
  grantFromItem,
  privateLayerOf,
  type Allowed,
  type Grant,
  type Refused,
  type Roles,
} from '../grants/index.ts';
import { type Logger } from '../runtime/log.ts';
import {
  familyId,
  growHolder,
  holderFromItem,
  satisfies,
  type Holder,
  type HolderNeed,
} from '../revocation/index.ts';
import { type SigningKeys } from '../signing-keys/index.ts';
import { clientTokenClaims } from './claims.ts';
import { MAX_TOKEN_BYTES, refreshAtOf } from './lifetime.ts';
import { signToken } from './sign.ts';
import {
  grantKey,
  isGrantItem,
  holderKey,
  StoreUnavailableError,
  type Item,
  type Table,
} from '../table/index.ts';
import { principalKey, principalsOf, type Principal, type Subject } from '../identity/index.ts';
import { InvariantError } from '../runtime/errors.ts';

/** One token that is asked for. */
export interface MintRequest {
  readonly documentId: string;
  /** A layer by its name, or the subject's own private one. */
  readonly layer: string | { readonly private: true };
  /** Without repeats; absent = all that are granted. */
  readonly permissions?: readonly Permission[];
  /** Seconds, within the stage's bounds. */
  readonly ttlSeconds: number;
}

/** A token, with what a client has to know of it. Times are Unix seconds. */
export interface MintedToken {
  readonly jwt: string;
  readonly documentId: string;
  readonly layer: string;
  readonly userId: string;
  readonly permissions: readonly Permission[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** When a client should ask for the next one: at 80 % of the life. */
  readonly refreshAt: number;
  /** The `jti` and `kid` it was signed with, for the log. */
  readonly family: string;
  readonly kid: string;
}

/** Why a token is not minted. */
export type MintRefusal =
  | Refused
  | {
      readonly outcome: 'refused';
      readonly reason: 'token-too-large';
      /** Whose grants it would be built from. */
      readonly builtFrom: readonly Principal[];
    };

/** That one document's items could not be read or written, whatever became of the others. */
export interface MintFailure {
  readonly outcome: 'failed';
  readonly error: unknown;
}

/** A token, a refusal or a failure. */
export type MintOutcome =
  { readonly outcome: 'minted'; readonly token: MintedToken } | MintRefusal | MintFailure;

/** What minting works with. */
export interface MintDependencies {
  readonly table: Table;
  readonly signingKeys: SigningKeys;
  readonly roles: Roles;
  readonly privateLayerPrefix: string;
  readonly clock: Clock;
  readonly log: Logger;
}

// A holder item that has said the same for so long said it before a BatchGetItem that sees it began to read grants.
// The clients' time limits keep every read far below it. In milliseconds.
const SETTLED_AFTER = 60_000;

// Each round is one read. Two are enough unless another mint or a revocation meddles with the same holder item.
const MAX_ROUNDS = 6;

/**
 * Mints tokens for one person, each with its own outcome. One pass of BatchGetItem reads what all of them need.
 *
 * **Which read a decision may be made from.** Removing a grant raises the epoch of every holder whose item names the
 * grant's principal. BatchGetItem is not a snapshot: it can see a grant from before its removal, and the holder item
 * from after the revocation. Such a token would be of a family that nobody revokes. So a decision counts only if its
 * grants were read after the holder item was known to have this epoch and to name every principal that the decision
 * uses. An item that has said so for a minute is known well enough; otherwise it is written, and the grants are read
 * again.
 *
 * @param requests - any number; documents may repeat
 * @returns the outcomes in the order of the requests; what fails for one document fails for its requests alone
 * @throws StoreUnavailableError where the table does not answer, or is contended for every document
 * @throws SigningKeyError where there is no key
 */
export async function mintTokens(
  subject: Subject,
  requests: readonly MintRequest[],
  dependencies: MintDependencies,
): Promise<MintOutcome[]> {
  const outcomes = new Map<MintRequest, Settled>();
  let openings: readonly Opening[] = byDocument(requests);
  for (let round = 0; round < MAX_ROUNDS && openings.length > 0; round += 1) {
    const readBegan = dependencies.clock.now();
    const read = await readAuthority(subject, openings, dependencies.table);
    const unsettled = await Promise.all(
      openings.map((opening) =>
        settle(subject, opening, read, readBegan, dependencies, outcomes).catch((error: unknown) =>
          fail(opening, error, outcomes),
        ),
      ),
    );
    openings = unsettled.flat();
  }
  for (const opening of openings) {
    fail(opening, new StoreUnavailableError('The holder item changed under every attempt to mint'), outcomes);
  }
  assertAnyServed(outcomes);
  return Promise.all(
    requests.map((request) => conclude(subject, request, outcomes.get(request), dependencies)),
  );
}

function fail({ requests }: Opening, error: unknown, outcomes: Map<MintRequest, Settled>): [] {
  for (const request of requests) outcomes.set(request, { outcome: 'failed', error });
  return [];
}

/** @throws the first failure where there is nothing else. */
function assertAnyServed(outcomes: ReadonlyMap<MintRequest, Settled>): void {
  const failures = [...outcomes.values()].filter((one) => 'outcome' in one && one.outcome === 'failed');
  const [first] = failures;
  if (first !== undefined && failures.length === outcomes.size) throw first.error;
}

/** All requests for one document, which share one holder item. */
interface Opening {
  readonly documentId: string;
  readonly requests: readonly MintRequest[];
  /** The holder item as it was known to be before the coming read. */
  readonly known?: Holder;
}

/** What the grants allow, and the epoch to sign it with. */
type Settled =
  | Refused
  | MintFailure
  | { readonly allowed: Allowed; readonly layer: string; readonly issuedAt: number; readonly epoch: number };

function byDocument(requests: readonly MintRequest[]): Opening[] {
  return [...Map.groupBy(requests, ({ documentId }) => documentId)].map(([documentId, ofDocument]) => ({
    documentId,
    requests: ofDocument,
  }));
}

/** Reads the subject's grants and holder items on all documents in one pass, by partition. */
async function readAuthority(
  subject: Subject,
  openings: readonly Opening[],
  table: Table,
): Promise<ReadonlyMap<string, readonly Item[]>> {
  const principals = principalsOf(subject);
  const items = await table.batchGet(
    openings.flatMap(({ documentId }) => [
      ...principals.map((principal) => grantKey(documentId, principal)),
      holderKey(documentId, subject.userId),
    ]),
  );
  return Map.groupBy(items, ({ pk }) => pk);
}

/**
 * Decides all requests for a document, from one read.
 *
 * @returns nothing where that settled them, else what to read again.
 */
async function settle(
  subject: Subject,
  opening: Opening,
  read: ReadonlyMap<string, readonly Item[]>,
  readBegan: number,
  dependencies: MintDependencies,
  outcomes: Map<MintRequest, Settled>,
): Promise<[] | [Opening]> {
  const { documentId, requests } = opening;
  const key = holderKey(documentId, subject.userId);
  const items = read.get(key.pk) ?? [];
  const grants = items.filter(isGrantItem).flatMap((item) => grantFrom(item, dependencies.log));
  const holderItem = items.find(({ sk }) => sk === key.sk);
  const holder = holderItem && holderFromItem(holderItem);

  const issuedAt = secondsOf(dependencies.clock);
  const decisions = requests.map((request) => decideOne(subject, request, grants, issuedAt, dependencies));
  const allowed = decisions.flatMap((decision) => ('allowed' in decision ? [decision.allowed] : []));
  const accept = (epoch: number): [] => {
    requests.forEach((request, index) => {
      const decision = decisions[index];
      if (decision)
        outcomes.set(request, 'allowed' in decision ? { ...decision, issuedAt, epoch } : decision);
    });
    return [];
  };
  if (allowed.length === 0) return accept(0);

  const need: HolderNeed = {
    expiresAt: Math.max(...allowed.map(({ expiresAt }) => expiresAt)),
    builtFrom: new Set(allowed.flatMap(({ builtFrom }) => builtFrom.map(principalKey))),
  };
  const before = knownBefore(opening.known, holder, readBegan);
  if (before && satisfies(before, need)) return accept(before.epoch);
  const known =
    holder && satisfies(holder, need)
      ? holder
      : await growHolder(dependencies.table, key, holder, need, dependencies.clock.now());
  if (known === undefined) return [{ documentId, requests }];
  const onlyLifeGrew = before?.epoch === known.epoch && need.builtFrom.isSubsetOf(before.builtFrom);
  return onlyLifeGrew ? accept(known.epoch) : [{ documentId, requests, known }];
}

/** What was known of the holder item before the read began, as far as the read bears it out. */
function knownBefore(
  known: Holder | undefined,
  holder: Holder | undefined,
  readBegan: number,
): Holder | undefined {
  if (holder === undefined) return undefined;
  if (known?.epoch === holder.epoch) return known;
  return holder.namedAt <= readBegan - SETTLED_AFTER ? holder : undefined;
}

function grantFrom(item: Item, log: Logger): [] | [Grant] {
  const grant = grantFromItem(item);
  if (grant) return [grant];
  log.warn('a grant item cannot be read and grants nothing', { pk: item.pk });
  return [];
}

function decideOne(
  subject: Subject,
  request: MintRequest,
  grants: readonly Grant[],
  at: number,
  { roles, privateLayerPrefix, log }: MintDependencies,
): Refused | { readonly allowed: Allowed; readonly layer: string } {
  const layer =
    typeof request.layer === 'string' ? request.layer : privateLayerOf(subject.userId, privateLayerPrefix);
  if (layer === undefined) return { outcome: 'refused', reason: 'no-grant' };
  const decision = decide(
    {
      subject,
      layer,
      at,
      notAfter: at + request.ttlSeconds,
      ...(request.permissions && { permissions: request.permissions }),
    },
    grants,
    {
      roles,
      privateLayerPrefix,
      onUnusableGrant: ({ principal, role }, reason) => {
        log.warn('a grant cannot be used', {
          documentId: request.documentId,
          principal: principal.kind,
          role,
          reason,
        });
      },
    },
  );
  return decision.outcome === 'allowed' ? { allowed: decision, layer } : decision;
}

/** Signs what was allowed. */
async function conclude(
  subject: Subject,
  { documentId }: MintRequest,
  settled: Settled | undefined,
  { signingKeys }: MintDependencies,
): Promise<MintOutcome> {
  if (settled === undefined) throw new InvariantError('Every request is settled before it is concluded');
  if (!('allowed' in settled)) return settled;
  const { allowed, layer, issuedAt, epoch } = settled;
  const key = await signingKeys.current();
  const family = familyId(documentId, subject.userId, epoch);
  const jwt = await signToken(clientTokenClaims(documentId, layer, subject, allowed, issuedAt, family), key);
  if (jwt.length > MAX_TOKEN_BYTES) {
    return { outcome: 'refused', reason: 'token-too-large', builtFrom: allowed.builtFrom };
  }
  const { permissions, expiresAt } = allowed;
  const refreshAt = refreshAtOf(issuedAt, expiresAt);
  const { userId } = subject;
  return {
    outcome: 'minted',
    token: {
      jwt,
      documentId,
      layer,
      userId,
      permissions,
      issuedAt,
      expiresAt,
      refreshAt,
      family,
      kid: key.kid,
    },
  };
}
