import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from '../problems/problem.ts';

/** The parameters of a query string by name, decoded. */
export type Query = ReadonlyMap<string, string>;

// What may stand in a query string undisturbed (RFC 3986 section 3.4), but for "+".
const PLAIN = /^(?:[\w.~!$'()*,;:@/?=&-]|%[\dA-F]{2})*$/i;

/**
 * Reads the query string as it was sent. API Gateway's own reading joins repeated parameters with commas, which a name
 * can contain, and so is of no use if a parameter names the principal of a grant.
 *
 * A bare `+` is refused: half of the clients mean a space by it and the other half a plus.
 *
 * @param known - the parameters that the route has
 * @throws Problem 400 for another parameter, one that is there twice, and what is not percent-encoded UTF-8.
 */
export function readQuery({ rawQueryString }: APIGatewayProxyEventV2, known: readonly string[]): Query {
  if (rawQueryString === '') return new Map();
  if (rawQueryString.includes('+')) {
    throw invalidQuery('must not have a bare "+": write %20 for a space and %2B for a plus');
  }
  if (!PLAIN.test(rawQueryString)) throw invalidQuery('must be percent-encoded');
  const query = new Map<string, string>();
  for (const pair of rawQueryString.split('&')) {
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    if (!known.includes(name)) {
      throw invalidQuery(`has a parameter that this route does not know; it knows ${known.join(', ')}`);
    }
    if (query.has(name)) throw invalidQuery(`has "${name}" twice`);
    query.set(name, equals === -1 ? '' : decode(pair.slice(equals + 1)));
  }
  return query;
}

/**
 * Reads a parameter that stands without a value.
 *
 * @throws Problem 400 if it has one
 */
export function readFlag(query: Query, name: string): boolean {
  const value = query.get(name);
  if (value === undefined || value === '') return value !== undefined;
  throw invalidQuery(`must have "${name}" without a value`);
}

/**
 * Reads which one of some parameters that exclude each other is there.
 *
 * @throws Problem 400 if none is, or several are
 */
export function readChoice<Name extends string>(query: Query, choice: readonly Name[]): Name {
  const [named, ...more] = choice.filter((name) => query.has(name));
  if (named !== undefined && more.length === 0) return named;
  throw invalidQuery(`must have exactly one of ${choice.join(', ')}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidQuery('must be percent-encoded UTF-8');
  }
}

/** Makes the problem of a query string; `what` ends the sentence that it begins. */
export function invalidQuery(what: string): Problem {
  return new Problem('invalid-request', `The query string ${what}.`);
}
