import type { QueryValue, Row } from './discovered-fields.ts';
import { combine, evaluate, order, type OpenPoints } from './evaluation.ts';
import { numberOf } from './query-functions.ts';
import type { Expression } from './query-syntax.ts';

/** Calculates one value from those of many rows, of which none is missing. */
type Aggregate = (values: readonly (string | number)[], argument: QueryValue) => QueryValue;

const numbersOf = (values: readonly QueryValue[]): number[] =>
  values.map(numberOf).filter((number) => number !== undefined);

const sum = (values: readonly QueryValue[]): number =>
  numbersOf(values).reduce((total, number) => total + number, 0);

const sorted = (values: readonly (string | number)[]): (string | number)[] => values.toSorted(order);

/** The functions of stats, by name (user guide, "Functions to use with stats"). */
const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  count: (values) => values.length,
  count_distinct: (values) => new Set(values.map(String)).size,
  sum,
  avg: (values) => {
    const { length } = numbersOf(values);
    return length === 0 ? undefined : sum(values) / length;
  },
  min: (values) => sorted(values)[0],
  max: (values) => sorted(values).at(-1),
  pct: (values, percent) => {
    const ranked = sorted(values);
    return ranked[Math.max(0, Math.ceil(((numberOf(percent) ?? 0) / 100) * ranked.length) - 1)];
  },
  // The rows come in the order of their times.
  earliest: (values) => values[0],
  latest: (values) => values.at(-1),
};

/** Recognises the name of a function of stats. */
export const isAggregate = (name: string): boolean => Object.hasOwn(AGGREGATES, name);

/** Tells if an expression has a function of stats in it. */
export function hasAggregate(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
      return isAggregate(expression.name) || expression.args.some(hasAggregate);
    case 'binary':
      return hasAggregate(expression.left) || hasAggregate(expression.right);
    case 'not':
    case 'like':
    case 'in':
      return hasAggregate(expression.operand);
    case 'value':
    case 'field':
    case 'period':
    case 'any':
      return false;
  }
}

/** Evaluates a column of stats over the rows of a group: functions of stats, and calculations with them. */
export function aggregate(expression: Expression, rows: readonly Row[], open: OpenPoints): QueryValue {
  if (expression.kind === 'binary' && expression.operator !== 'and' && expression.operator !== 'or') {
    const { operator, left, right } = expression;
    return combine(operator, aggregate(left, rows, open), aggregate(right, rows, open), open);
  }
  if (expression.kind !== 'call' || !isAggregate(expression.name))
    return evaluate(expression, new Map(), open);
  const [of, argument] = expression.args;
  if (of === undefined || of.kind === 'any') return rows.length;
  const values = rows.map((row) => evaluate(of, row, open)).filter((value) => value !== undefined);
  return AGGREGATES[expression.name]?.(values, argument && evaluate(argument, new Map(), open));
}
