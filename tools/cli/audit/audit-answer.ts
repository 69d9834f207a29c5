import { DAY, toMilliseconds, type Milliseconds } from '../../../lib/runtime/time.ts';
import { KINDS, type AuditQuestion, type Kind } from './audit-question.ts';
import type { AuditRecord } from './audit-record.ts';
import type { AuditSource } from './audit-source.ts';
import type { Selection } from './audit-selection.ts';
import { grantPeriods, overlaps, type GrantPeriod } from './grants-in-force.ts';

/** Tokens that differ in nothing but their times. */
export interface TokenGroup {
  /** The first of them. */
  readonly first: AuditRecord;
  readonly count: number;
  /** Milliseconds since the Unix epoch. */
  readonly lastAt: number;
  /** The latest expiry among them; undefined if no record says it. */
  readonly validUntil: number | undefined;
  /** The time at which Document Engine confirmed their revocation; undefined if they were not revoked. */
  readonly revokedAt: number | undefined;
}

/** Refusals of the same thing for the same reason. */
export interface RefusalGroup {
  readonly first: AuditRecord;
  readonly count: number;
  readonly lastAt: number;
}

/** An answer. A part that was not asked for is undefined. */
export interface AuditAnswer {
  readonly question: AuditQuestion;
  /** The user id as the log shows it. */
  readonly shownUser: string | undefined;
  readonly source: string;
  /** The moment from which the source has every record. */
  readonly beginning: Milliseconds | undefined;
  readonly tokens: readonly TokenGroup[] | undefined;
  readonly grants: readonly GrantPeriod[] | undefined;
  readonly refusals: readonly RefusalGroup[] | undefined;
  /** Records of the kinds without a part of their own. */
  readonly others: readonly AuditRecord[] | undefined;
  /** The number of records that were read. */
  readonly read: number;
  /** Seconds in which there were more records than one query gives. */
  readonly incomplete: readonly number[];
}

/** The longest life of a token (stage parameter maxTtlSeconds). A token minted that long before a window can still live in it. */
const LONGEST_LIFE = toMilliseconds(DAY);

/** The parts of an answer if the question names no kinds. */
const USUAL_KINDS: readonly Kind[] = ['minted', 'refused', 'grants'];

/**
 * Answers a question from the records of a source.
 *
 * @param shownUser - the user id of the question as the log shows it: itself, or its hash
 * @param now - milliseconds since the Unix epoch
 */
export async function answerOf(
  question: AuditQuestion,
  source: AuditSource,
  shownUser: string | undefined,
  now: Milliseconds,
): Promise<AuditAnswer> {
  const { document, groups, since, until } = question;
  const kinds = question.kinds.length === 0 ? USUAL_KINDS : question.kinds;
  const wants = (kind: Kind): boolean => kinds.includes(kind);
  const incomplete: number[] = [];
  let count = 0;
  const read = async (selection: Selection, from: Milliseconds): Promise<readonly AuditRecord[]> => {
    const found = await source.read(selection, Math.max(from, 0), until);
    incomplete.push(...found.incomplete);
    count += found.records.length;
    return found.records;
  };
  const about = { document, user: shownUser };

  const needsTokens = wants('minted') || wants('grants');
  const minted = needsTokens ? await read({ types: ['token.minted'], ...about }, since - LONGEST_LIFE) : [];
  // A backend token is for many documents and no user.
  const backendTokens =
    wants('minted') && shownUser === undefined
      ? await read({ types: ['backend-token.minted'] }, since - LONGEST_LIFE)
      : [];
  const tokens = [...minted, ...backendTokens.filter((record) => isForDocument(record, document))];
  // All tokens of a family end when Document Engine confirms the revocation of one.
  const confirmed = wants('minted')
    ? await read({ types: ['revocation.confirmed'], ...about }, since - LONGEST_LIFE)
    : [];
  const revoked = new Map(confirmed.map(({ time, data }) => [data.family, time]));
  const refused = wants('refused') ? await read({ types: KINDS.refused, ...about }, since) : [];
  const principals = shownUser === undefined ? undefined : { user: shownUser, groups };
  // From the beginning: a grant is in force until another record changes it.
  const changes = wants('grants') ? await read({ types: KINDS.grants, document, principals }, 0) : [];
  const others = await Promise.all(
    (['revocations', 'keys'] as const)
      .filter(wants)
      .map((kind) => read({ types: KINDS[kind], ...(kind === 'revocations' && about) }, since)),
  );
  const beginning = await source.beginning(now);
  return {
    question,
    shownUser,
    source: source.name,
    beginning,
    tokens: wants('minted')
      ? tokenGroups(
          tokens.filter((record) => isLive(record, since, revoked)),
          revoked,
        )
      : undefined,
    grants: wants('grants') ? grantsOf([...minted, ...changes], question) : undefined,
    refusals: wants('refused') ? refusalGroups(refused) : undefined,
    others: others.length === 0 ? undefined : others.flat().sort((one, other) => one.time - other.time),
    read: count,
    incomplete: [...new Set(incomplete)],
  };
}

/** Tells if a backend token opens a document. */
function isForDocument({ data: { documentIds } }: AuditRecord, document: string | undefined): boolean {
  return (
    document === undefined || typeof documentIds === 'string' || documentIds?.includes(document) === true
  );
}

/** Tells if a token was minted in a window, or lived at its beginning. */
function isLive(record: AuditRecord, since: Milliseconds, revoked: Revoked): boolean {
  const { time, data } = record;
  const end = Math.min(
    data.expiresAt === undefined ? time : Date.parse(data.expiresAt),
    revokedAt(record, revoked) ?? Infinity,
  );
  return time >= since || end > since;
}

/** The times of confirmed revocations, by the family that they ended. */
type Revoked = ReadonlyMap<string | undefined, number>;

/** Finds the revocation of a token. A token that is minted later than it has another family. */
function revokedAt({ data: { family } }: AuditRecord, revoked: Revoked): number | undefined {
  return family === undefined ? undefined : revoked.get(family);
}

function grantsOf(records: readonly AuditRecord[], { since, until }: AuditQuestion): GrantPeriod[] {
  return grantPeriods(records).filter((period) => overlaps(period, since, until));
}

function tokenGroups(records: readonly AuditRecord[], revoked: Revoked): TokenGroup[] {
  return grouped(records, (record) => {
    const { type, subject, data } = record;
    const { userId, callerId, clientId, onBehalf, layer, permissions, grants, documentIds } = data;
    return [
      type,
      subject,
      userId,
      callerId,
      clientId,
      onBehalf,
      layer,
      permissions,
      grants,
      documentIds,
      revokedAt(record, revoked),
    ];
  }).map(({ first, members, lastAt }) => {
    const ends = members.flatMap(({ data }) =>
      data.expiresAt === undefined ? [] : Date.parse(data.expiresAt),
    );
    const validUntil = ends.length === 0 ? undefined : Math.max(...ends);
    return { first, count: members.length, lastAt, validUntil, revokedAt: revokedAt(first, revoked) };
  });
}

function refusalGroups(records: readonly AuditRecord[]): RefusalGroup[] {
  return grouped(records, ({ type, subject, data }) => {
    const { userId, callerId, clientId, layer, permissions, reason, expiredGrantWouldAllow } = data;
    const { change, principal, name, role, layers, privateLayer, everyone, documentIds } = data;
    return [
      ...[type, subject, userId, callerId, clientId, layer, permissions, reason, expiredGrantWouldAllow],
      ...[change, principal, name, role, layers, privateLayer, everyone, documentIds],
    ];
  }).map(({ first, members, lastAt }) => ({ first, count: members.length, lastAt }));
}

/** Groups records, which come in the order of their times, by a key. */
function grouped(
  records: readonly AuditRecord[],
  keyOf: (record: AuditRecord) => unknown,
): { readonly first: AuditRecord; readonly members: readonly AuditRecord[]; readonly lastAt: number }[] {
  const groups = Map.groupBy(records, (record) => JSON.stringify(keyOf(record)));
  return Array.from(groups.values()).flatMap((members) => {
    const [first] = members;
    return first === undefined ? [] : [{ first, members, lastAt: members.at(-1)?.time ?? first.time }];
  });
}
