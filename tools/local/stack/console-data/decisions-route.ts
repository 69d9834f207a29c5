import type { AuditRecord } from '../../../cli/audit/audit-record.ts';
import { utc } from '../../../cli/audit/answer-text.ts';
import { named } from '../../../cli/command.ts';
import { json, type HttpResponse, type LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import { DECISIONS_PATH } from '../routes/paths.ts';
import { isForThisMachine, notForThisMachine } from '../routes/this-machine.ts';
import { wantsJson } from '../routes/wants-json.ts';
import { isFromThisMachine } from '../../stand-ins/web-pages.ts';
import { recentDecisions, type DecisionPage, type DecisionQuery } from './recent-decisions.ts';

const USUAL = 50;

/** The most records of a page. */
export const MOST_DECISIONS = 200;

/** The longest value of a parameter, in characters. User ids have at most 512 bytes. */
const LONGEST = 1024;

const PARAMETERS = ['document', 'user', 'limit', 'cursor'];

/**
 * Shows the latest audit records of the local stack, as text, or as JSON if the request asks for it. They are about all of its users,
 * so this machine alone is answered. A deployed stage has no such route: its audit log is read with rights of AWS.
 *
 * @param lines - gives the lines of the audit log, in the order in which they arrived
 */
export function decisionsRoute(lines: () => readonly string[]): LocalRoute {
  return (request) => {
    const [path, text = ''] = request.target.split('?', 2);
    if (request.method !== 'GET' || path !== DECISIONS_PATH) return Promise.resolve(undefined);
    if (!isForThisMachine(request) || !isFromThisMachine(request.sourceIp))
      return Promise.resolve(notForThisMachine());
    const query = queryIn(new URLSearchParams(text));
    if (typeof query === 'string') return Promise.resolve(json(400, { message: query }, HEADERS));
    const page = recentDecisions(lines(), query);
    const asJson = wantsJson(request);
    return Promise.resolve(asJson ? jsonAnswer(page) : textAnswer(page, query));
  };
}

/** Reads a query. @returns the sentence of a refusal if it cannot be read */
function queryIn(parameters: URLSearchParams): DecisionQuery | string {
  const names = [...parameters.keys()];
  const unknown = names.find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined || new Set(names).size < names.length)
    return `The parameters are ${PARAMETERS.join(', ')}, each at most once`;
  const value = (name: string): string | undefined => parameters.get(name) ?? undefined;
  if ([...parameters.values()].some((given) => given.length > LONGEST))
    return `A parameter has at most ${LONGEST} characters`;
  const limit = value('limit') ?? String(USUAL);
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > MOST_DECISIONS)
    return `limit is a number from 1 to ${MOST_DECISIONS}`;
  const [document, user, after] = [value('document'), value('user'), value('cursor')];
  return { document, user, after, limit: Number(limit) };
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'Accept' };

function jsonAnswer({ records, next }: DecisionPage): HttpResponse {
  const written = records.map(({ line }): unknown => JSON.parse(line));
  return json(200, { records: written, ...(next !== undefined && { nextCursor: next }) }, HEADERS);
}

function textAnswer({ records, next }: DecisionPage, query: DecisionQuery): HttpResponse {
  const lines = [
    ...(records.length === 0 ? ['No audit record was found.'] : records.map(lineOf)),
    ...(next === undefined ? [] : [`More: ${DECISIONS_PATH}?${parametersOf(query, next).toString()}`]),
  ];
  const headers = { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' };
  return { status: 200, headers, body: `${lines.join('\n')}\n` };
}

/** Writes the query of the next page. */
function parametersOf({ document, user, limit }: DecisionQuery, cursor: string): URLSearchParams {
  const parameters = new URLSearchParams({ limit: String(limit), cursor });
  if (document !== undefined) parameters.set('document', document);
  if (user !== undefined) parameters.set('user', user);
  return parameters;
}

/**
 * Writes a record: its time, its type, the user of a token or the principal and role of a grant, the document, the reason of a refusal,
 * and who asked for it. Names come from callers, so a name that is not one plain word is quoted.
 */
function lineOf({ time, type, subject, data }: AuditRecord): string {
  const { userId, principal, name, role, reason, kid } = data;
  const asked = data.callerId ?? data.operator;
  const words = [
    ...[userId, principal, name, role].filter((word) => word !== undefined).map(named),
    ...(userId === undefined && principal === undefined && kid !== undefined ? [named(kid)] : []),
    ...[subject, reason].filter((word) => word !== undefined).map(named),
    ...(asked === undefined || asked === userId ? [] : [`by ${named(asked)}`]),
  ];
  return [utc(time), type, ...words].join('  ');
}
