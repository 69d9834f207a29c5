import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from '../problems/problem.ts';

/** The parameters of a query string by name, decoded. */
export type Query = ReadonlyMap<string, string>;

// The characters that a query string can hold without encoding (RFC 3986 section 3.4), except "+".
const PLAIN = /^(?:[\w.~!$'()*,;:@/?=&-]|%[\dA-F]{2})*$/i;

/**
 * Reads the query string as it was sent. API Gateway's own parsing joins repeated parameters with commas. A user id or group name
 * can contain a comma too, so the joined form is ambiguous.
 *
 * A bare `+` is refused: some clients mean a space by it and others a plus.
 *
 * @param known - the parameters of the route
 * @throws Problem 400 for an unknown parameter, a repeated one, and anything but percent-encoded UTF-8
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
 * Reads a parameter without a value.
 *
 * @throws Problem 400 if it has one
 */
export function readFlag(query: Query, name: string): boolean {
  const value = query.get(name);
  if (value === undefined || value === '') return value !== undefined;
  throw invalidQuery(`must have "${name}" without a value`);
}

/**
 * Reads the one parameter that a request has of several that exclude each other.
 *
 * @throws Problem 400 if the request has none of them, or more than one
 */
export function readChoice<Name extends string>(query: Query, choice: readonly Name[]): Name {
  const present = choice.filter((name) => query.has(name));
  const [named, ...more] = present;
  if (named !== undefined && more.length === 0) return named;
  const fault = named === undefined ? 'it is missing' : `it has ${present.join(' and ')}`;
  throw invalidQuery(`must have exactly one of ${choice.join(', ')}; ${fault}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidQuery('must be percent-encoded UTF-8');
  }
}

/**
 * Makes the problem of a query string.
 *
 * @param predicate - completes the sentence that begins with "The query string"
 */
export function invalidQuery(predicate: string): Problem {
  return new Problem('invalid-request', `The query string ${predicate}.`);
}
