import { named, onOneLine } from '../command.ts';
import type { AuditAnswer, RefusalGroup, TokenGroup } from './audit-answer.ts';
import type { AuditRecord, RecordedGrant } from './audit-record.ts';
import type { GrantPeriod, Giver } from './grants-in-force.ts';

/** Writes an answer for people. No line holds an escape sequence or a line break of a record. */
export function answerText(answer: AuditAnswer): string[] {
  const { question, tokens, grants, refusals, others } = answer;
  const part = <Item>(
    title: string,
    items: readonly Item[] | undefined,
    lines: (item: Item) => string[],
  ): string[] =>
    items === undefined
      ? []
      : [
          '',
          `${title}: ${items.length === 0 ? 'none' : items.length}`,
          ...items.slice(0, question.limit).flatMap(lines),
          ...(items.length > question.limit
            ? [`  … and ${items.length - question.limit} more: give a higher --limit, or --json for all`]
            : []),
        ];
  const lines = [
    ...headOf(answer),
    ...part('Tokens that were issued or still valid then', tokens, tokenLines),
    ...part('Grants in force then', grants, grantLines),
    ...part('Refusals', refusals, refusalLines),
    ...part('Other records', others, otherLines),
    '',
    ...notesOf(answer),
  ];
  return lines.map(onOneLine);
}

/** Writes a time in UTC, to the second. */
export const utc = (time: number): string =>
  `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

function headOf({ question, shownUser, source }: AuditAnswer): string[] {
  const { document, user, groups, since, until } = question;
  const about = [
    ...(document === undefined ? [] : [`document ${named(document)}`]),
    ...(user === undefined ? [] : [`user ${named(user)}`]),
    ...groups.map((group) => `group ${named(group)}`),
  ];
  const time = since === until ? `At ${utc(since)}` : `From ${utc(since)} to ${utc(until)}`;
  return [
    `${[time, ...about].join(', ')}, in ${source}`,
    ...(shownUser === user || shownUser === undefined
      ? []
      : [`This stage logs that user as ${named(shownUser)}`]),
  ];
}

function tokenLines({ first, count, lastAt, validUntil, revokedAt }: TokenGroup): string[] {
  const { time, type, data } = first;
  const { permissions = [], grants = [], grantsLeftOut = 0 } = data;
  const many = count === 1 ? utc(time) : `${count} tokens, ${utc(time)} to ${utc(lastAt)}`;
  const isOfBackend = type.startsWith('backend');
  return [
    isOfBackend
      ? `  a backend token for ${documentsText(data.documentIds)}`
      : `  ${nameOr(data.userId, 'an unknown user')}, ${placeOf(first)}: ${permissions.map(named).join(', ') || 'no permission recorded'}`,
    `      ${many}${endText(validUntil, revokedAt)}`,
    `      asked by ${askerOf(first)}`,
    ...grants.map((grant) => `      allowed by ${grantText(grant)}${giverText(grant)}`),
    ...(grantsLeftOut > 0
      ? [`      and by ${grantsLeftOut} more grants, which the record does not list`]
      : []),
  ];
}

/** Writes a name that somebody else chose, or words in its place. */
const nameOr = (name: string | undefined, otherwise: string): string =>
  name === undefined ? otherwise : named(name);

/** Names the documents of a backend token. `*` stands for all. */
const documentsText = (ids: AuditRecord['data']['documentIds']): string =>
  ids === undefined ? 'unknown documents' : [ids].flat().map(named).join(', ');

/** Says when tokens end: at their expiry, or when Document Engine confirmed their revocation. */
function endText(validUntil: number | undefined, revokedAt: number | undefined): string {
  if (revokedAt !== undefined) return `, revoked on ${utc(revokedAt)}`;
  return validUntil === undefined ? '' : `, valid until ${utc(validUntil)}`;
}

const placeOf = ({ subject, data: { layer } }: AuditRecord): string =>
  [
    subject === undefined ? 'no document' : `document ${named(subject)}`,
    ...(layer === undefined ? [] : [layerText(layer)]),
  ].join(', ');

const layerText = (layer: string): string => (layer === '' ? 'default layer' : `layer ${named(layer)}`);

function askerOf({ data: { callerId, clientId, onBehalf, userId, operator } }: AuditRecord): string {
  const id = nameOr(operator ?? callerId, 'an unknown caller');
  const client = clientId === undefined ? '' : ` with the client ${named(clientId)}`;
  return `${id}${client}${onBehalf === true ? ` on behalf of ${nameOr(userId, 'an unknown user')}` : ''}`;
}

/** Describes a grant in plain words. */
function grantText({ principal, name, role, layers = [], privateLayer, expiresAt }: RecordedGrant): string {
  const holder =
    principal === 'everyone'
      ? 'everyone'
      : principal === 'vouched'
        ? 'the backend, which vouched for it,'
        : `${named(principal)} ${nameOr(name, '(unknown)')}`;
  const all = layers.map((layer) => (layer === '*' ? 'all shared layers' : layerText(layer)));
  const where = [...all, ...(privateLayer === true ? ['own private layer'] : [])];
  return [
    `${holder} as ${nameOr(role, 'an unknown role')}`,
    ...(where.length === 0 ? [] : [where.join(', ')]),
    ...(expiresAt === undefined ? [] : [`expires ${utc(Date.parse(expiresAt))}`]),
  ].join('; ');
}

function giverText({ grantedBy, grantedAt }: RecordedGrant): string {
  if (grantedBy === undefined) return '';
  return `; given by ${named(grantedBy)}${grantedAt === undefined ? '' : ` on ${utc(Date.parse(grantedAt))}`}`;
}

/** Says who ended a grant before its time. */
function endedText(ended: GrantPeriod['ended']): string {
  if (ended?.by === undefined) return '';
  return `, ${ended.kind} by ${changerText(ended.by)}`;
}

/** Names the person or program that changed a grant. */
function changerText({ id, clientId, command }: Giver): string {
  const client = clientId === undefined ? '' : ` with the client ${named(clientId)}`;
  return `${named(id)}${client}${command === undefined ? '' : ` with the command ${named(command)}`}`;
}

function grantLines({ documentId, grant, from, until, givenBy, seenAt, ended }: GrantPeriod): string[] {
  const giver =
    givenBy === undefined ? 'given by a person that no record names' : `given by ${changerText(givenBy)}`;
  const begins =
    from !== undefined
      ? `on ${utc(from)}`
      : seenAt === undefined
        ? 'before the first record'
        : `before ${utc(seenAt)}, when a token used it`;
  const ends = until === undefined ? 'no end recorded' : `until ${utc(until)}${endedText(ended)}`;
  return [`  document ${named(documentId)}: ${grantText(grant)}`, `      ${giver} ${begins}; ${ends}`];
}

function refusalLines({ first, count, lastAt }: RefusalGroup): string[] {
  const { time, data } = first;
  const { userId, callerId, reason, groupCount, expiredGrantWouldAllow } = data;
  return [
    `  ${nameOr(userId ?? callerId, 'an unknown user')}, ${placeOf(first)}: ${nameOr(reason, 'no reason recorded')}`,
    `      ${count === 1 ? utc(time) : `${count} times, ${utc(time)} to ${utc(lastAt)}`}, asked by ${askerOf(first)}`,
    `      ${attemptText(first)}`,
    ...(groupCount === undefined ? [] : [`      the caller token named ${groupCount} groups`]),
    ...(expiredGrantWouldAllow === true ? ['      a grant that has expired would have allowed it'] : []),
  ];
}

/** Names the request that was refused. */
function attemptText({ type, data }: AuditRecord): string {
  const { change, principal, name, userId, permissions } = data;
  switch (type) {
    case 'grant.change-refused': {
      if (principal === undefined) return 'asked to change a grant';
      if (principal === 'all') return 'asked to remove all grants of the document';
      const holder = name === undefined ? named(principal) : `${named(principal)} ${named(name)}`;
      return change === 'removed'
        ? `asked to remove the grant of ${holder}`
        : `asked for this grant: ${grantText({ ...data, principal })}`;
    }
    case 'revocation.request-refused':
      return `asked to revoke the tokens of ${data.everyone === true ? 'everyone' : nameOr(userId, 'an unknown user')}`;
    default: {
      const token = type === 'backend-token.refused' ? 'a backend token' : 'a token';
      return `asked for ${token}${permissions === undefined ? '' : ` with ${permissions.map(named).join(', ')}`}`;
    }
  }
}

function otherLines({ time, type, line }: AuditRecord): string[] {
  const data: unknown = Reflect.get(Object(JSON.parse(line)), 'data');
  return [`  ${utc(time)}  ${named(type)}  ${JSON.stringify(data)}`];
}

/** Says what the log cannot know, and what may be wrong if nothing was found. */
function notesOf({ question, beginning, read, grants, incomplete, source }: AuditAnswer): string[] {
  const { since, user } = question;
  const start =
    beginning === undefined
      ? 'It is not known how far back these records go.'
      : `These records begin on ${utc(beginning)}.`;
  return [
    ...(read === 0
      ? [
          `No record was found in ${source}. Check the spelling of the document and the user id, and the stage. A wider time: --since 30d.`,
        ]
      : []),
    start,
    ...(beginning !== undefined && beginning > since
      ? ['The time that you ask for begins before that: earlier events are missing from this answer.']
      : []),
    ...(grants === undefined
      ? []
      : [
          'Grants that were given before the first record, and neither changed nor used since, are unknown. So are the members of a group: your identity provider knows them.',
          ...(user !== undefined
            ? ['Grants of groups are listed only for the groups that you name with --group.']
            : []),
        ]),
    ...incomplete.map(
      (second) =>
        `More records than one query gives were written in the second ${utc(second * 1000)}: some are missing.`,
    ),
  ];
}
