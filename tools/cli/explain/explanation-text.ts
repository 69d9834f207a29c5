import { named, onOneLine, quoted } from '../command.ts';
import type { ShownExplanation } from './ask-explanation.ts';

type Grant = ShownExplanation['grants'][number];

/** Longer cells do not widen their column. */
const WIDEST = 40;

/**
 * Writes an explanation for people: the outcome and its reason first, then the hints, the grants in a table, and the live tokens. Names
 * come from requests of others, so each is written on one line and without control characters.
 */
export function explanationText(explanation: ShownExplanation): string {
  return [
    ...outcomeLines(explanation),
    ...explanation.hints.map((hint) => `- ${onOneLine(hint)}`),
    '',
    ...grantLines(explanation),
    '',
    liveTokensLine(explanation.liveTokens),
  ].join('\n');
}

function outcomeLines({ userId, documentId, layer, token, problem }: ShownExplanation): string[] {
  const opening = `${quoted(documentId)}, ${layer === undefined ? 'the private layer' : layerName(layer)}`;
  if (token === undefined) {
    const { type, status, detail } = problem ?? { type: '', status: 0, detail: '' };
    return [
      `Refused. ${quoted(userId)} gets no token for ${opening}.`,
      onOneLine(`${detail} (${status} ${type.split(':').at(-1) ?? type})`),
    ];
  }
  const { permissions, collaborationPermissions, defaultGroup, expiresAt } = token;
  return [
    `Allowed. ${quoted(userId)} gets a token for ${opening}, until ${onOneLine(expiresAt)}.`,
    `Permissions: ${onOneLine(permissions.join(', '))}.`,
    ...(collaborationPermissions
      ? [`Collaboration permissions: ${onOneLine(collaborationPermissions.join(', '))}.`]
      : []),
    ...(defaultGroup === undefined ? [] : [`Default group: ${quoted(defaultGroup)}.`]),
  ];
}

const HEAD = ['grant of', 'role', 'layers', 'until', 'counts', 'reason'];

function grantLines({ grants, grantsLeftOut, moreGrants }: ShownExplanation): string[] {
  const rows = grants.map(cellsOf);
  const widths = HEAD.map((title, column) =>
    Math.min(WIDEST, Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    ...(rows.length > 0 ? [HEAD, ...rows].map(line) : ['No grants to show.']),
    ...(grantsLeftOut > 0 ? [`${grantsLeftOut} more grants are not shown.`] : []),
    ...(moreGrants ? ['The document has more grants for other groups and users.'] : []),
  ];
}

function cellsOf({ principal, role, layers, privateLayer, expiresAt, counts, detail }: Grant): string[] {
  const opened = [...layers.map(layerCell), ...(privateLayer ? ['own private'] : [])];
  return [
    principalName(principal),
    named(role),
    opened.join(', '),
    onOneLine(expiresAt ?? '-'),
    counts ? 'yes' : 'no',
    onOneLine(detail),
  ];
}

function principalName(principal: Grant['principal']): string {
  if ('user' in principal) return `user ${quoted(principal.user)}`;
  if ('group' in principal) return `group ${quoted(principal.group)}`;
  return 'everyone' in principal ? 'everyone' : 'the request';
}

function layerName(layer: string): string {
  return layer === '' ? 'default layer' : `layer ${quoted(layer)}`;
}

function layerCell(layer: string): string {
  if (layer === '') return 'default';
  return layer === '*' ? 'every shared' : quoted(layer);
}

function liveTokensLine(live: ShownExplanation['liveTokens']): string {
  if (live === undefined) return 'Live tokens: none.';
  const { since, until, revocationsWaiting, waitingSince } = live;
  const lives =
    until === undefined
      ? `none from after ${onOneLine(since)}`
      : `possibly until ${onOneLine(until)}, if minted since ${onOneLine(since)}. Any older ones are revoked`;
  const waits =
    revocationsWaiting === 0
      ? ''
      : ` ${revocationsWaiting} revocation${revocationsWaiting === 1 ? '' : 's'} not confirmed by Document Engine, since ${onOneLine(waitingSince ?? '')}.`;
  return `Live tokens: ${lives}.${waits}`;
}

/** Writes an answer as JSON without control characters: `JSON.stringify` leaves those from U+007F to U+009F as they are. */
export function explanationJson(answer: unknown): string {
  return JSON.stringify(answer, undefined, 2).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
