import type { AuditRecord } from './audit-record.ts';

/** The records that a question needs. */
export interface Selection {
  readonly types: readonly string[];
  /** Records about this document alone. */
  readonly document?: string | undefined;
  /** Records about the tokens of this user alone, in the form that the log shows. */
  readonly user?: string | undefined;
  /** Records about grants of these alone, and about the removal of all grants of a document. */
  readonly principals?: { readonly user: string; readonly groups: readonly string[] } | undefined;
}

/** Recognises a record of a selection. */
export function isSelected({ types, document, user, principals }: Selection, record: AuditRecord): boolean {
  const { type, subject, data } = record;
  return (
    types.includes(type) &&
    (document === undefined || subject === document) &&
    (user === undefined || data.userId === user) &&
    (principals === undefined || isOfPrincipal(principals, data))
  );
}

function isOfPrincipal(
  { user, groups }: NonNullable<Selection['principals']>,
  { principal, name }: AuditRecord['data'],
): boolean {
  if (principal === 'user') return name === user;
  if (principal === 'group') return name !== undefined && groups.includes(name);
  return principal === 'everyone' || principal === 'all';
}

/**
 * Writes a selection as a query of Logs Insights QL. The query can find more than the selection has, and never less: the caller
 * picks the records with {@link isSelected}.
 */
export function queryOf({ types, document, user, principals }: Selection): string {
  const conditions = [
    `type in [${types.map((type) => `"layermint.${type}"`).join(', ')}]`,
    ...(document === undefined ? [] : [isText('subject', document)]),
    ...(user === undefined ? [] : [isText('data.userId', user)]),
    ...(principals === undefined ? [] : [`(${principalConditions(principals).join(' or ')})`]),
  ];
  return `fields @timestamp, @message | filter ${conditions.join(' and ')} | sort @timestamp asc`;
}

function principalConditions({ user, groups }: NonNullable<Selection['principals']>): string[] {
  return [
    'data.principal in ["everyone", "all"]',
    `(data.principal = "user" and ${isText('data.name', user)})`,
    ...groups.map((group) => `(data.principal = "group" and ${isText('data.name', group)})`),
  ];
}

/** The characters that mean themselves in a quoted text of a query, in every version of the language. */
const PLAIN = /^[\p{L}\p{N} _.~:@,;=+&!?()<>{}[\]^$%*-]+$/u;

/**
 * Compares a field with a text that anyone could have chosen. AWS does not say how to write a quote or a backslash in a text. So a text
 * with one becomes a regular expression in which a dot stands for each such character. Numbers could be equal to other texts, such as
 * 1 and 1.0, which the caller tells apart.
 */
function isText(field: string, text: string): string {
  if (PLAIN.test(text)) return `${field} = "${text}"`;
  const pattern = Array.from(text, (character) => {
    if (/[\p{L}\p{N} _@,=-]/u.test(character)) return character;
    return /[\s\p{C}]/u.test(character) ? String.raw`[\s\S]` : '.';
  });
  return `${field} like /^${pattern.join('')}$/`;
}
