import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { headerOf } from './headers.ts';
import { memberHint, PROBABLY, syntaxHint, typeHint, valueHint } from './hints.ts';
import { faultInJson, lineAndColumn } from '../../runtime/json/json-syntax.ts';
import { ownMember } from '../../runtime/json/own-member.ts';
import { pointerTo, Problem, type InputFault } from '../problems/problem.ts';

const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a request's body: JSON in UTF-8, parsed into a type.
 *
 * @param maxBytes - a longer body is refused unread
 * @throws Problem 413, 415 or 400. A 400 names every fault with a pointer to it; for broken JSON, it names the line and column of the first.
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
  if (bytes.length === 0) throw invalid([{ pointer: '#', detail: 'is empty; it must be a JSON object' }]);
  const type = headerOf(event, 'content-type');
  if (type === undefined || !JSON_TYPE.test(type))
    throw new Problem('unsupported-media-type', typeHint(type));
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
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue, input));
  // One value can break two rules that say the same: an unsafe integer is also above the maximum.
  throw invalid([...new Map(faults.map((fault) => [`${fault.pointer} ${fault.detail}`, fault])).values()]);
}

/** The most faults that an answer names, however many a body has. */
const MAX_FAULTS = 20;

function invalid(errors: readonly InputFault[]): Problem {
  // A misspelt member is missing too, and the hint is its cure.
  const first = errors.find(({ detail }) => detail.includes(PROBABLY)) ?? errors[0];
  const detail =
    first === undefined
      ? 'The body is not valid.'
      : `${first.pointer === '#' ? 'The body' : first.pointer} ${first.detail}.`;
  return new Problem(
    'invalid-request',
    errors.length > 1 ? `${detail} ${errors.length - 1} more: see errors.` : detail,
    { errors: errors.slice(0, MAX_FAULTS) },
  );
}

/**
 * Parses JSON in UTF-8 in which no object names a member twice: which one counts would depend on the parser (RFC 8259 section 4).
 *
 * @throws Problem 400 for anything else. It tells the line and column of the fault, and quotes nothing but the path to a member.
 */
export function parseJson(bytes: Buffer): unknown {
  const text = decodedText(bytes);
  const fault = faultInJson(text);
  if (fault === undefined) return JSON.parse(text);
  const place = lineAndColumn(text, fault.at);
  if (fault.kind === 'repeated-member') {
    const detail = `is there twice, the second time at ${place}; name each member once`;
    throw invalid([{ pointer: pointerTo(fault.path), detail }]);
  }
  const tooShort = fault.at === text.length ? ', but the text ends there' : '';
  throw invalid([
    {
      pointer: '#',
      detail: `is not JSON: expected ${fault.expected} at ${place}${tooShort}${syntaxHint(text)}`,
    },
  ]);
}

function decodedText(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid([{ pointer: '#', detail: `is not UTF-8 from byte ${validBytes(bytes) + 1} on` }]);
  }
}

/** Counts the bytes before the first that is not UTF-8. From there on, decoding and encoding again gives other bytes. */
function validBytes(bytes: Buffer): number {
  return Buffer.from(bytes.toString()).findIndex((byte, at) => byte !== bytes[at]);
}

function faultsOf(issue: z.core.$ZodIssue, input: unknown): InputFault[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key, at) => ({
      pointer: pointerTo([...path, key]),
      detail: at < MAX_FAULTS ? message + memberHint(key, message) : message,
    }));
  const value = valueAt(path, input);
  const found = value === undefined ? 'is missing; it ' : value === null ? 'is null; it ' : '';
  return [
    { pointer: pointerTo(path), detail: `${found}${message}${valueHint(issue, path.length === 0, value)}` },
  ];
}

/** Finds the value at a path. It is undefined if there is none: JSON has no undefined. */
function valueAt(path: readonly PropertyKey[], input: unknown): unknown {
  return path.reduce<unknown>(ownMember, input);
}
