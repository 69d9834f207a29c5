import { aggregate } from './aggregation.ts';
import { fieldsOf, type QueriedLine, type QueryValue, type Row } from './discovered-fields.ts';
import { evaluate, holds, order, type OpenPoints } from './evaluation.ts';
import type { Column, Command, Query } from './query-syntax.ts';

/** A row of an answer: its columns in their order. A column without a value is left out. */
export type ResultRow = readonly { readonly field: string; readonly value: string }[];

/** An answer, and the number of lines that passed the query's filters. */
export interface QueryAnswer {
  readonly rows: readonly ResultRow[];
  readonly matched: number;
}

export interface QueryOptions extends Partial<OpenPoints> {
  /** The most rows, if the query has no `limit`; 10,000 unless given. */
  readonly limit?: number;
}

interface State {
  readonly rows: readonly Row[];
  /** The names of the columns to show, in their order. */
  readonly shown: readonly string[];
  readonly isSorted: boolean;
  readonly isGrouped: boolean;
  readonly limit: number;
  readonly matched: number;
}

/** The columns of a query that names none. */
const DEFAULT_COLUMNS = ['@timestamp', '@message'];

/**
 * Runs a query over lines. Without `sort`, the newest lines come first.
 *
 * @param lines - in any order
 */
export function runQuery(
  query: Query,
  lines: readonly QueriedLine[],
  options: QueryOptions = {},
): QueryAnswer {
  const { limit = 10_000, missingDiffers = false, booleansAsWords = false } = options;
  const open = { missingDiffers, booleansAsWords };
  const rows = lines
    .toSorted((one, other) => one.timestamp - other.timestamp)
    .map((line) => fieldsOf(line, booleansAsWords));
  let state: State = {
    ...{ rows, shown: [], isSorted: false, isGrouped: false, limit, matched: rows.length },
  };
  for (const command of query.commands) state = carriedOut(command, state, open);
  const inOrder = state.isSorted || state.isGrouped ? state.rows : state.rows.toReversed();
  const shown = state.shown.length === 0 ? DEFAULT_COLUMNS : state.shown;
  const columns = state.isGrouped ? shown : [...shown.filter((name) => name !== '@ptr'), '@ptr'];
  return {
    rows: inOrder.slice(0, state.limit).map((row) => resultOf(row, columns)),
    matched: state.matched,
  };
}

function carriedOut(command: Command, state: State, open: OpenPoints): State {
  const { rows } = state;
  switch (command.kind) {
    case 'fields':
      return { ...state, ...withColumns(command.columns, state, open, state.shown) };
    case 'display':
      return { ...state, ...withColumns(command.columns, state, open, []) };
    case 'filter': {
      const left = rows.filter((row) => holds(command.condition, row, open));
      return { ...state, rows: left, matched: state.isGrouped ? state.matched : left.length };
    }
    case 'stats':
      return {
        ...state,
        ...grouped(command.columns, command.by, rows, open),
        isSorted: false,
        isGrouped: true,
      };
    case 'sort': {
      const compare = (one: Row, other: Row): number => {
        for (const { value, descending } of command.keys) {
          const compared = order(evaluate(value, one, open), evaluate(value, other, open));
          if (compared !== 0) return descending ? -compared : compared;
        }
        return 0;
      };
      return { ...state, rows: rows.toSorted(compare), isSorted: true };
    }
    case 'limit':
      return { ...state, limit: command.most };
    case 'dedup': {
      const seen = new Set<string>();
      const inOrder = state.isSorted || state.isGrouped ? rows : rows.toReversed();
      const firsts = inOrder.filter((row) => {
        const key = JSON.stringify(command.fields.map((field) => evaluate(field, row, open) ?? null));
        return seen.size < seen.add(key).size;
      });
      return { ...state, rows: firsts, isSorted: true };
    }
    case 'parse':
      return { ...state, rows: rows.map((row) => extracted(command, row, open)) };
  }
}

/** Adds columns to the rows, so that later commands can use their aliases. */
function withColumns(
  columns: readonly Column[],
  { rows }: State,
  open: OpenPoints,
  shown: readonly string[],
): Pick<State, 'rows' | 'shown'> {
  const names = columns.map(({ name }) => name);
  return {
    rows: rows.map(
      (row) =>
        new Map([...row, ...columns.map(({ name, value }) => [name, evaluate(value, row, open)] as const)]),
    ),
    shown: [...shown, ...names.filter((name) => !shown.includes(name))],
  };
}

function grouped(
  columns: readonly Column[],
  by: readonly Column[],
  rows: readonly Row[],
  open: OpenPoints,
): Pick<State, 'rows' | 'shown'> {
  const groups = new Map<string, { readonly keys: readonly QueryValue[]; readonly rows: Row[] }>();
  for (const row of rows) {
    const keys = by.map(({ value }) => evaluate(value, row, open));
    const id = JSON.stringify(keys.map((key) => key ?? null));
    const group = groups.get(id) ?? { keys, rows: [] };
    groups.set(id, group);
    group.rows.push(row);
  }
  if (by.length === 0 && groups.size === 0) groups.set('', { keys: [], rows: [] });
  const shown = [...by, ...columns].map(({ name }) => name);
  const results = Array.from(groups.values(), ({ keys, rows: members }) => {
    const values = columns.map(({ name, value }) => [name, aggregate(value, members, open)] as const);
    return new Map([...by.map(({ name }, at) => [name, keys[at]] as const), ...values]);
  });
  return { rows: results, shown };
}

function extracted(command: Command & { kind: 'parse' }, row: Row, open: OpenPoints): Row {
  const { field, pattern, names } = command;
  const found = pattern.exec(String(evaluate(field, row, open) ?? ''));
  if (found === null) return row;
  return new Map([
    ...row,
    ...names.map((name, at) => [name, found.groups?.[name] ?? found[at + 1]] as const),
  ]);
}

function resultOf(row: Row, columns: readonly string[]): ResultRow {
  return columns.flatMap((field) => {
    const value = row.get(field);
    return value === undefined ? [] : [{ field, value: shownAs(field, value) }];
  });
}

/** Shows times as Logs Insights does: UTC, to the millisecond, without a zone. */
function shownAs(field: string, value: string | number): string {
  const isTime = ['@timestamp', '@ingestionTime'].includes(field) || /^(?:bin|datefloor)\(/.test(field);
  if (!isTime || typeof value !== 'number') return String(value);
  return new Date(value).toISOString().replace('T', ' ').replace('Z', '');
}
