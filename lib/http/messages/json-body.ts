import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { headerOf } from './headers.ts';
import { pointerTo, Problem, type InputFault } from '../problems/problem.ts';

const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a request's body: JSON in UTF-8, parsed into a type.
 *
 * @param maxBytes - a longer body is refused unread
 * @throws Problem 413, 415 or 400; a 400 names every fault with a pointer to it.
 */
export function readBody<Schema extends z.ZodMiniType>(
  event: APIGatewayProxyEventV2,
  schema: Schema,
  maxBytes: number,
): z.output<Schema> {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBytes) {
    throw new Problem('body-too-large', `The body has ${bytes.length} bytes; at most ${maxBytes} are read.`);
  }
  if (bytes.length === 0)
    throw invalid([{ pointer: '#', detail: 'must be a JSON object; the body is empty' }]);
  if (!JSON_TYPE.test(headerOf(event, 'content-type') ?? '')) {
    throw new Problem(
      'unsupported-media-type',
      'The body must be sent as Content-Type: application/json, in UTF-8.',
    );
  }
  return parseInput(schema, parseJson(bytes));
}

/**
 * Parses input into a type.
 *
 * @throws Problem 400 that names every fault with a pointer to it, from the input's root.
 */
export function parseInput<Schema extends z.ZodMiniType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = z.safeParse(schema, input);
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap(faultsOf);
  // One thing can break two rules that say the same, such as what is no safe integer and over the maximum.
  throw invalid([...new Map(faults.map((fault) => [`${fault.pointer} ${fault.detail}`, fault])).values()]);
}

/** The most faults that an answer names, however many a body has. */
const MAX_FAULTS = 20;

function invalid(errors: readonly InputFault[]): Problem {
  const first = errors[0];
  const detail = first === undefined ? 'The body is not valid.' : `${first.pointer} ${first.detail}.`;
  return new Problem(
    'invalid-request',
    errors.length > 1 ? `${detail} ${errors.length - 1} more: see errors.` : detail,
    { errors: errors.slice(0, MAX_FAULTS) },
  );
}

/**
 * Parses JSON in which no object names a member twice: which one counts would depend on who reads it (RFC 8259).
 *
 * @throws Problem 400 for anything else
 */
export function parseJson(bytes: Buffer): unknown {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch {
    // Without the parser's message, which quotes the body.
    throw invalid([{ pointer: '#', detail: 'must be JSON in UTF-8' }]);
  }
  const repeated = repeatedMember(text);
  if (repeated !== undefined) {
    throw invalid([{ pointer: pointerTo(repeated), detail: 'is there twice; name each member once' }]);
  }
  return value;
}

/** The path of the first member that an object of valid JSON names twice. */
function repeatedMember(json: string): (string | number)[] | undefined {
  // What is open at the token: an object with the members seen so far, or an array; and where in it the token is.
  const open: { readonly seen?: Set<string>; at: string | number }[] = [];
  for (const [token, colon] of json.matchAll(/[{}[\],]|"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g)) {
    const inner = open.at(-1);
    if (token === '{') open.push({ seen: new Set(), at: '' });
    else if (token === '[') open.push({ at: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && typeof inner?.at === 'number') inner.at += 1;
    else if (colon !== undefined && inner?.seen) {
      inner.at = String(JSON.parse(token.slice(0, -colon.length)));
      if (inner.seen.has(inner.at)) return open.map(({ at }) => at);
      inner.seen.add(inner.at);
    }
  }
  return undefined;
}

function faultsOf(issue: z.core.$ZodIssue): InputFault[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerTo(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: issue.message }));
}
