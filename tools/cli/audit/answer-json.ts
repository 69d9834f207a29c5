import type { AuditAnswer } from './audit-answer.ts';
import type { AuditRecord } from './audit-record.ts';

const iso = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString();

/** The characters that JSON leaves as they are and a terminal obeys. */
const CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;

/**
 * Writes an answer as JSON Lines. The first line describes the search; every other one has a `kind`: `token`, `grant`, `refusal` or
 * `record`. Times are RFC 3339 in UTC.
 */
export function answerJson(answer: AuditAnswer): string[] {
  const { question, shownUser, source, beginning, read, incomplete } = answer;
  const { document, groups, since, until } = question;
  const search = {
    ...{ kind: 'search', source, document, user: shownUser, groups, since: iso(since), until: iso(until) },
    recordsSince: iso(beginning),
    records: read,
    incomplete: incomplete.map((second) => iso(second * 1000)),
  };
  return [
    search,
    ...(answer.tokens ?? []).map(({ first, count, lastAt, validUntil, revokedAt }) => ({
      ...{
        kind: 'token',
        count,
        lastAt: iso(lastAt),
        validUntil: iso(validUntil),
        revokedAt: iso(revokedAt),
        first: eventOf(first),
      },
    })),
    ...(answer.grants ?? []).map(({ documentId, grant, from, until: end, givenBy, seenAt, ended }) => ({
      ...{
        kind: 'grant',
        documentId,
        ...grant,
        from: iso(from),
        until: iso(end),
        givenBy,
        seenAt: iso(seenAt),
        ended,
      },
    })),
    ...(answer.refusals ?? []).map(({ first, count, lastAt }) => ({
      ...{ kind: 'refusal', count, lastAt: iso(lastAt), first: eventOf(first) },
    })),
    ...(answer.others ?? []).map((record) => ({ kind: 'record', record: eventOf(record) })),
  ].map((line) =>
    JSON.stringify(line).replace(
      CONTROLS,
      (character) => String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
    ),
  );
}

const eventOf = ({ line }: AuditRecord): unknown => JSON.parse(line);
