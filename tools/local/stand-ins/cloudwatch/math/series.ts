/** The values of a metric or an expression, one for each period of a stretch of time, oldest first. Undefined = no value. */
export type Series = readonly (number | undefined)[];

/** The types of metric math: a number, a time series, and several of them. */
export type MathValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'series'; readonly points: Series }
  | { readonly kind: 'array'; readonly items: readonly Series[] };

/** An expression that CloudWatch would refuse, or that this one does not know. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

export const numberValue = (value: number): MathValue => ({ kind: 'number', value });
export const seriesValue = (points: Series): MathValue => ({ kind: 'series', points });
export const arrayValue = (items: readonly Series[]): MathValue => ({ kind: 'array', items });

/** Applies a function to each value that there is. */
export function mapValues(operand: MathValue, apply: (value: number) => number | undefined): MathValue {
  const each = (points: Series): Series =>
    points.map((value) => (value === undefined ? undefined : apply(value)));
  switch (operand.kind) {
    case 'number': {
      const value = apply(operand.value);
      if (value === undefined) throw new ExpressionError('The expression divides by the number 0');
      return numberValue(value);
    }
    case 'series':
      return seriesValue(each(operand.points));
    case 'array':
      return arrayValue(operand.items.map(each));
  }
}

/**
 * Combines two operands value by value (user guide, "Using metric math"): a missing value counts as 0 if the other operand has one,
 * and a value of undefined is dropped, such as after a division by 0.
 */
export function combine(
  left: MathValue,
  right: MathValue,
  apply: (left: number, right: number) => number | undefined,
): MathValue {
  if (right.kind === 'number') return mapValues(left, (value) => apply(value, right.value));
  if (left.kind === 'number') return mapValues(right, (value) => apply(left.value, value));
  const both = (one: Series, other: Series): Series =>
    one.map((value, at) => {
      const second = other[at];
      return value === undefined && second === undefined ? undefined : apply(value ?? 0, second ?? 0);
    });
  if (left.kind === 'series' && right.kind === 'series') return seriesValue(both(left.points, right.points));
  if (left.kind === 'array' && right.kind === 'series')
    return arrayValue(left.items.map((item) => both(item, right.points)));
  if (left.kind === 'series' && right.kind === 'array')
    return arrayValue(right.items.map((item) => both(left.points, item)));
  throw new ExpressionError('Metric math cannot combine two arrays of time series');
}

/**
 * Reduces a time series to a number, or several time series to one. A missing value counts as 0, and a period in which none of
 * several has a value stays without one.
 */
export function reduce(operand: MathValue, apply: (values: readonly number[]) => number): MathValue {
  switch (operand.kind) {
    case 'number':
      throw new ExpressionError('SUM, MIN, MAX and AVG take time series, not a number');
    case 'series':
      return numberValue(operand.points.length === 0 ? 0 : apply(operand.points.map((value) => value ?? 0)));
    case 'array': {
      const { items } = operand;
      const [first = []] = items;
      return seriesValue(
        first.map((_, at) => {
          const values = items.map((item) => item[at]);
          const present = values.some((value) => value !== undefined);
          return present ? apply(values.map((value) => value ?? 0)) : undefined;
        }),
      );
    }
  }
}
