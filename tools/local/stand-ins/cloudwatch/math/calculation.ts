import type { Seconds } from '../../../../../lib/runtime/time.ts';
import type { Expression } from './expression.ts';
import {
  arrayValue,
  combine,
  ExpressionError,
  mapValues,
  numberValue,
  reduce,
  seriesValue,
  type MathValue,
  type Series,
} from './series.ts';

/** The surroundings of an expression: the other entries of its alarm. */
export interface MathScope {
  /** Calculates the entry with an id. @throws {ExpressionError} if there is none */
  readonly valueOf: (id: string) => MathValue;
  /** The metrics among the entries, by id. Expressions are not among them. */
  readonly metrics: () => readonly (readonly [id: string, points: Series])[];
  readonly period: Seconds;
  /** The number of periods. */
  readonly length: number;
}

const truth = (value: boolean): number => (value ? 1 : 0);

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number | undefined>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? undefined : left / right),
  '^': (left, right) => left ** right,
  '==': (left, right) => truth(left === right),
  '!=': (left, right) => truth(left !== right),
  '<': (left, right) => truth(left < right),
  '<=': (left, right) => truth(left <= right),
  '>': (left, right) => truth(left > right),
  '>=': (left, right) => truth(left >= right),
  AND: (left, right) => truth(left !== 0 && right !== 0),
  '&&': (left, right) => truth(left !== 0 && right !== 0),
  OR: (left, right) => truth(left !== 0 || right !== 0),
  '||': (left, right) => truth(left !== 0 || right !== 0),
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const REDUCTIONS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: sum,
  AVG: (values) => sum(values) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

/**
 * Calculates an expression.
 *
 * @throws {ExpressionError} for a wrong type, and for a function that this CloudWatch does not have
 */
export function calculate(expression: Expression, scope: MathScope): MathValue {
  switch (expression.kind) {
    case 'number':
      return numberValue(expression.value);
    case 'id':
      return scope.valueOf(expression.id);
    case 'list':
      return arrayValue(expression.items.flatMap((item) => seriesIn(calculate(item, scope))));
    case 'negated':
      return mapValues(calculate(expression.operand, scope), (value) => -value);
    case 'operation': {
      const { operator, left, right } = expression;
      const apply = OPERATORS[operator];
      if (apply === undefined) throw new ExpressionError(`Metric math has no operator "${operator}"`);
      return combine(calculate(left, scope), calculate(right, scope), apply);
    }
    case 'call':
      return call(expression.name, expression.parameters, scope);
    case 'text':
    case 'word':
      throw new ExpressionError('A text or a word such as REPEAT is not a value of metric math');
  }
}

function call(name: string, parameters: readonly Expression[], scope: MathScope): MathValue {
  const [first, second, third] = parameters;
  if (name === 'METRICS') return metricsNamed(first, scope);
  if (first === undefined) throw new ExpressionError(`${name} needs a parameter`);
  const reduction = Object.hasOwn(REDUCTIONS, name) ? REDUCTIONS[name] : undefined;
  if (reduction !== undefined) return reduce(calculate(first, scope), reduction);
  switch (name) {
    case 'ABS':
      return mapValues(calculate(first, scope), Math.abs);
    case 'FILL':
      return fill(calculate(first, scope), second, scope);
    case 'IF':
      if (second === undefined) throw new ExpressionError('IF needs a value for a condition that holds');
      return choose(
        calculate(first, scope),
        calculate(second, scope),
        third === undefined ? undefined : calculate(third, scope),
        scope.length,
      );
    case 'PERIOD':
      return numberValue(scope.period);
    case 'TIME_SERIES':
      return seriesValue(evenly(calculate(first, scope), scope.length));
    default:
      throw new ExpressionError(
        `This CloudWatch does not have the function ${name}. It has METRICS, FILL, IF, SUM, AVG, MIN, MAX, ABS, PERIOD and TIME_SERIES`,
      );
  }
}

/** Takes the metrics with a text in their ids, or all of them. */
function metricsNamed(text: Expression | undefined, scope: MathScope): MathValue {
  const part = text?.kind === 'text' ? text.text : '';
  return arrayValue(scope.metrics().flatMap(([id, points]) => (id.includes(part) ? [points] : [])));
}

/** Fills the missing values with a number, with those of another time series, or (`REPEAT`) with the last one before them. */
function fill(operand: MathValue, filler: Expression | undefined, scope: MathScope): MathValue {
  const fillOne = (points: Series): Series => {
    if (filler?.kind === 'word' && filler.word === 'REPEAT') {
      let last: number | undefined;
      return points.map((value) => (last = value ?? last));
    }
    if (filler === undefined || filler.kind === 'word')
      throw new ExpressionError('FILL takes a number, a time series or REPEAT');
    const fillers = evenly(calculate(filler, scope), points.length);
    return points.map((value, at) => value ?? fillers[at]);
  };
  switch (operand.kind) {
    case 'number':
      throw new ExpressionError('FILL takes a time series, not a number');
    case 'series':
      return seriesValue(fillOne(operand.points));
    case 'array':
      return arrayValue(operand.items.map(fillOne));
  }
}

/**
 * Chooses values by a condition (user guide, "Using IF expressions"). A missing value of the chosen one is 0 if the condition holds,
 * and no value otherwise.
 */
function choose(
  condition: MathValue,
  whenTrue: MathValue,
  whenFalse: MathValue | undefined,
  length: number,
): MathValue {
  const yes = evenly(whenTrue, length);
  const no = whenFalse === undefined ? [] : evenly(whenFalse, length);
  if (condition.kind === 'number') return seriesValue(condition.value === 0 ? fitted(no, length) : yes);
  return seriesValue(
    evenly(condition, length).map((value, at) => {
      if (value === undefined) return undefined;
      return value === 0 ? no[at] : (yes[at] ?? 0);
    }),
  );
}

const fitted = (points: Series, length: number): Series => Array.from({ length }, (_, at) => points[at]);

/** Spreads a number over all periods. @throws {ExpressionError} for several time series */
function evenly(value: MathValue, length: number): Series {
  switch (value.kind) {
    case 'number':
      return Array.from({ length }, () => value.value);
    case 'series':
      return value.points;
    case 'array':
      throw new ExpressionError('Metric math needs one time series here, not an array of them');
  }
}

function seriesIn(value: MathValue): readonly Series[] {
  switch (value.kind) {
    case 'number':
      throw new ExpressionError('A list of metric math holds time series, not numbers');
    case 'series':
      return [value.points];
    case 'array':
      return value.items;
  }
}
