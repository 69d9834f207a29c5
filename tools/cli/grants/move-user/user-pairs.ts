import { isUtf8 } from 'node:buffer';
import * as z from 'zod/mini';
import { objectError, principalName } from '../../../../lib/http/messages/fields.ts';
import { parseInput, parseJson } from '../../../../lib/http/messages/json-body.ts';
import { Problem } from '../../../../lib/http/problems/problem.ts';
import { UsageError } from '../../errors.ts';
import { linesOf } from '../lines.ts';

/** A person's former user id and the new one. */
export interface Pair {
  readonly from: string;
  readonly to: string;
  /** The line of the file that names them, from 1; absent if the command line does. */
  readonly line?: number;
}

/** The form of a file of pairs. */
export type PairFormat = 'csv' | 'json-lines';

/** The most pairs of a file. All of them are held in memory: a pair is checked against every other before the first is moved. */
export const MAX_PAIRS = 100_000;

/** Two user ids of 512 bytes, each character escaped in JSON, and the member names. */
const MAX_LINE_BYTES = 8192;

/** The number of faults that are listed. */
const MAX_LISTED = 100;

/** The first line of a CSV file. It makes sure that the columns are in this order. */
const CSV_HEADER = 'from,to';

const PairMembers = z.strictObject(
  { from: principalName('a user id'), to: principalName('a user id') },
  { error: objectError('{"from", "to"}') },
);

/** Checks two user ids of the command line. @throws UsageError if one is not valid, or they are the same */
export function pairOf(from: string, to: string): Pair {
  const pair = checked({ from, to });
  if (typeof pair === 'string') throw new UsageError(`These user ids cannot be moved: ${pair}.`);
  if (from === to) throw new UsageError('The new user id is the same as the former one.');
  return pair;
}

/**
 * Reads a file of pairs.
 *
 * @param source - names it at the beginning of a sentence
 * @throws UsageError that lists every faulty line: one that cannot be read, a user id that occurs twice or moves to itself, and a
 * chain. The outcome of a chain (`a` to `b`, `b` to `c`) would depend on the order, and `a` could get rights of another person.
 */
export async function readPairs(
  source: string,
  input: AsyncIterable<Buffer>,
  format: PairFormat,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  const faults: string[] = [];
  for await (const { number, bytes } of linesOf(input, MAX_LINE_BYTES)) {
    if (bytes && !isUtf8(bytes)) {
      faults.push(`line ${number} is not UTF-8. Save the file as UTF-8 (in Excel: "CSV UTF-8")`);
      continue;
    }
    const text = bytes && withoutEnds(bytes, number);
    if (format === 'json-lines' && number === 1 && text?.trim() === CSV_HEADER)
      throw new UsageError(
        `${source} begins like CSV. Only a file with a name that ends in .csv is read as CSV.`,
      );
    if (format === 'csv' && number === 1) {
      if (text !== CSV_HEADER) faults.push(`line 1 must be the header ${CSV_HEADER}`);
      continue;
    }
    if (text?.trim() === '') continue;
    const pair = text === undefined ? `has more than ${MAX_LINE_BYTES} bytes` : pairIn(text, format);
    if (typeof pair === 'string') faults.push(`line ${number} ${pair}`);
    else pairs.push({ ...pair, line: number });
    if (pairs.length > MAX_PAIRS)
      throw new UsageError(`${source} has more than ${MAX_PAIRS} lines. Split it.`);
  }
  const all = [...faults, ...faultsAmong(pairs)];
  if (all.length > 0) throw new UsageError(listed(source, all));
  if (pairs.length === 0) throw new UsageError(`${source} has no user ids.`);
  return pairs;
}

function listed(source: string, faults: readonly string[]): string {
  const more = faults.length > MAX_LISTED ? [`and ${faults.length - MAX_LISTED} more`] : [];
  return [`${source} is not valid, and nothing was moved:`, ...faults.slice(0, MAX_LISTED), ...more].join(
    '\n  ',
  );
}

/** Removes a byte order mark before the first line, and a CR at the end. */
function withoutEnds(bytes: Buffer, line: number): string {
  const text = bytes.toString().replace(/\r$/, '');
  return line === 1 ? text.replace(/^\ufeff/, '') : text;
}

function pairIn(text: string, format: PairFormat): Pair | string {
  if (format === 'json-lines') return read(() => parseJson(Buffer.from(text)));
  const fields = csvFields(text);
  if (fields?.length !== 2)
    return 'must be two user ids with a comma between them and no blanks around it, quoted as in RFC 4180 if need be';
  const [from, to] = fields;
  return checked({ from, to });
}

const checked = (input: unknown): Pair | string => read(() => input);

/** Checks an input. It returns the fault of an invalid one, which quotes nothing of it but names of members. */
function read(input: () => unknown): Pair | string {
  try {
    return parseInput(PairMembers, input());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const faults = (error.errors ?? []).map(({ pointer, detail }) =>
      pointer === '#' ? detail.replace(/ at line 1, column /, ' at column ') : `${pointer} ${detail}`,
    );
    return faults.join('; ') || error.message;
  }
}

const CSV_FIELD = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;

/**
 * Splits a line into its fields (RFC 4180, without line breaks in a field).
 *
 * @returns undefined if a quotation mark is out of place, or blanks are around a comma: they would belong to a user id. One that has them is
 * quoted
 */
function csvFields(line: string): string[] | undefined {
  const fields: string[] = [];
  CSV_FIELD.lastIndex = 0;
  for (;;) {
    const match = CSV_FIELD.exec(line);
    if (match === null) return undefined;
    const [, quoted, plain = '', end] = match;
    if (plain !== plain.trim()) return undefined;
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '') return fields;
  }
}

/** Finds the faults that only several lines together have. */
function faultsAmong(pairs: readonly Pair[]): string[] {
  const lineOfFrom = new Map<string, number>();
  const lineOfTo = new Map<string, number>();
  const faults: string[] = [];
  for (const { from, to, line = 0 } of pairs) {
    if (from === to) faults.push(`line ${line} moves a user id to itself`);
    const [sameFrom, sameTo] = [lineOfFrom.get(from), lineOfTo.get(to)];
    if (sameFrom !== undefined) faults.push(`line ${line} moves the same user id as line ${sameFrom}`);
    else lineOfFrom.set(from, line);
    if (sameTo !== undefined)
      faults.push(
        `line ${line} moves to the same user id as line ${sameTo}; if both are one person, move the second alone`,
      );
    else lineOfTo.set(to, line);
  }
  for (const { from, to, line = 0 } of pairs) {
    const before = lineOfTo.get(from);
    if (before !== undefined && from !== to)
      faults.push(`line ${line} moves a user id that line ${before} moves to`);
  }
  return faults;
}
