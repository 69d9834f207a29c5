import { fromJson } from '../../../../cli/from-json.ts';

/** A line of a log group, as a query sees it. */
export interface QueriedLine {
  readonly id: string;
  /** The group, as `account:name`. */
  readonly log: string;
  readonly stream: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** A value of a query. A missing field has none. */
export type QueryValue = string | number | undefined;

/** The fields of a line, or of a row of stats. */
export type Row = ReadonlyMap<string, QueryValue>;

/** The fields that Logs Insights extracts from a line of JSON at most (user guide, "Supported logs and discovered fields"). */
export const MOST_FIELDS = 200;

/**
 * Lists the fields of a line: `@message` and the other generated ones, and those of its JSON. A nested field is named with dots, an
 * element of a list with its index from 0: `data.grants.0.role`. A name that begins with `@` gets another one. Fields beyond the
 * {@link MOST_FIELDS}th are missing.
 *
 * @param booleansAsWords - the values of `true` and `false` are these words; otherwise they are 1 and 0
 */
export function fieldsOf(line: QueriedLine, booleansAsWords: boolean): Row {
  const fields = new Map<string, QueryValue>();
  const object = line.message.trimStart().startsWith('{') ? fromJson(line.message) : undefined;
  if (object !== undefined) flatten('', object, fields, booleansAsWords);
  return new Map<string, QueryValue>([
    ...fields,
    ['@timestamp', line.timestamp],
    ['@message', line.message],
    ['@logStream', line.stream],
    ['@log', line.log],
    ['@ingestionTime', line.ingestionTime],
    ['@ptr', line.id],
  ]);
}

function flatten(
  name: string,
  value: unknown,
  fields: Map<string, QueryValue>,
  booleansAsWords: boolean,
): void {
  if (fields.size >= MOST_FIELDS || value === null) return;
  if (typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      const own = name === '' && key.startsWith('@') ? `@${key}` : key;
      flatten(name === '' ? own : `${name}.${own}`, inner, fields, booleansAsWords);
    }
  } else if (typeof value === 'boolean') fields.set(name, booleansAsWords ? String(value) : Number(value));
  else if (typeof value === 'string' || typeof value === 'number') fields.set(name, value);
}
