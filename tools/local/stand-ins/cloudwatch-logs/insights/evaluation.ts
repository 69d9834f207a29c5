import type { QueryValue, Row } from './discovered-fields.ts';
import { FUNCTIONS, numberOf } from './query-functions.ts';
import type { BinaryOperator, Expression } from './query-syntax.ts';

/**
 * The points that AWS's pages leave open. A query whose answer depends on one of them cannot be relied on: the documented queries
 * are tested with every combination.
 */
export interface OpenPoints {
  /** True: `!=`, `not like` and `not in` hold for a line without the field. */
  readonly missingDiffers: boolean;
  /** True: a JSON boolean is the word `true` or `false`. Otherwise it is 1 or 0. */
  readonly booleansAsWords: boolean;
}

/** Evaluates an expression on a row. Conditions give 1 or 0. */
export function evaluate(expression: Expression, row: Row, open: OpenPoints): QueryValue {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'period':
      return expression.milliseconds;
    case 'any':
      return undefined;
    case 'field':
      return row.get(expression.name);
    case 'call':
      return call(expression, row, open);
    case 'not':
      return truth(isFalse(expression.operand, row, open));
    case 'like': {
      const value = evaluate(expression.operand, row, open);
      return truth(value !== undefined && isLike(String(value), expression.pattern));
    }
    case 'in': {
      const value = evaluate(expression.operand, row, open);
      return truth(expression.members.some((member) => isSame(value, evaluate(member, row, open))));
    }
    case 'binary':
      return binary(expression.operator, expression.left, expression.right, row, open);
  }
}

/** Tells if a condition holds. */
export const holds = (condition: Expression, row: Row, open: OpenPoints): boolean => {
  const value = evaluate(condition, row, open);
  return value !== undefined && value !== 0 && value !== '';
};

/** Negates a condition. A test of a missing field is neither true nor false, unless missing fields differ from all values. */
function isFalse(operand: Expression, row: Row, open: OpenPoints): boolean {
  const tested = operand.kind === 'like' || operand.kind === 'in';
  if (tested && !open.missingDiffers && evaluate(operand.operand, row, open) === undefined) return false;
  return !holds(operand, row, open);
}

/** Orders two values: as numbers if both are numeric and one is a number, else as texts. Missing values come last. */
export function order(one: QueryValue, other: QueryValue): number {
  if (one === undefined || other === undefined)
    return Number(one === undefined) - Number(other === undefined);
  const [number, otherNumber] = [numberOf(one), numberOf(other)];
  const numeric = typeof one === 'number' || typeof other === 'number';
  if (numeric && number !== undefined && otherNumber !== undefined) return number - otherNumber;
  const [text, otherText] = [String(one), String(other)];
  return text < otherText ? -1 : Number(text > otherText);
}

const isSame = (one: QueryValue, other: QueryValue): boolean =>
  one !== undefined && other !== undefined && order(one, other) === 0;

const isLike = (value: string, pattern: string | RegExp): boolean =>
  typeof pattern === 'string' ? value.includes(pattern) : pattern.test(value);

const truth = (value: boolean): number => (value ? 1 : 0);

function call({ name, args }: Expression & { kind: 'call' }, row: Row, open: OpenPoints): QueryValue {
  const values = args.map((argument) => evaluate(argument, row, open));
  const given = name === 'bin' ? [row.get('@timestamp'), ...values] : values;
  return FUNCTIONS[name]?.(...given);
}

function binary(
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
  row: Row,
  open: OpenPoints,
): QueryValue {
  if (operator === 'and') return truth(holds(left, row, open) && holds(right, row, open));
  if (operator === 'or') return truth(holds(left, row, open) || holds(right, row, open));
  return combine(operator, evaluate(left, row, open), evaluate(right, row, open), open);
}

/** Compares two values, or calculates with them. A comparison with a missing value does not hold. */
export function combine(
  operator: Exclude<BinaryOperator, 'and' | 'or'>,
  left: QueryValue,
  right: QueryValue,
  { missingDiffers }: Pick<OpenPoints, 'missingDiffers'>,
): QueryValue {
  const missing = left === undefined || right === undefined;
  switch (operator) {
    case '=':
      return truth(isSame(left, right));
    case '!=':
      return truth(missing ? missingDiffers : !isSame(left, right));
    case '<':
      return truth(!missing && order(left, right) < 0);
    case '<=':
      return truth(!missing && order(left, right) <= 0);
    case '>':
      return truth(!missing && order(left, right) > 0);
    case '>=':
      return truth(!missing && order(left, right) >= 0);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
      return calculate(operator, numberOf(left), numberOf(right));
  }
}

function calculate(
  operator: '+' | '-' | '*' | '/' | '%' | '^',
  left: number | undefined,
  right: number | undefined,
): QueryValue {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : left / right;
    case '%':
      return right === 0 ? undefined : left % right;
    case '^':
      return left ** right;
  }
}
