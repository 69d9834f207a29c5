import type { QueryValue } from './discovered-fields.ts';

/** A function of a row's values. */
export type QueryFunction = (...args: readonly QueryValue[]) => QueryValue;

/** Reads a value as a number; undefined if it is none. */
export function numberOf(value: QueryValue): number | undefined {
  if (typeof value === 'number') return value;
  if (value === undefined || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const text = (value: QueryValue): string => (value === undefined ? '' : String(value));
const truth = (value: boolean): number => (value ? 1 : 0);

/** Makes a function of numbers that has no value if an argument is none. */
const ofNumbers =
  (calculate: (...numbers: number[]) => number): QueryFunction =>
  (...args) => {
    const numbers = args.map(numberOf).filter((number) => number !== undefined);
    return numbers.length === args.length ? calculate(...numbers) : undefined;
  };

/** Makes a function of texts that has no value if its first argument has none. */
const ofTexts =
  (calculate: (...texts: string[]) => QueryValue): QueryFunction =>
  (...args) =>
    args[0] === undefined ? undefined : calculate(...args.map(text));

const floor = ofNumbers((time, period = 1) => Math.floor(time / period) * period);

/** The functions of fields and filter, by name (user guide, "Boolean, comparison, numeric, datetime, and other functions"). */
export const FUNCTIONS: Readonly<Record<string, QueryFunction>> = {
  ispresent: (value) => truth(value !== undefined),
  isempty: (value) => truth(text(value) === ''),
  isblank: (value) => truth(text(value).trim() === ''),
  coalesce: (...values) => values.find((value) => value !== undefined),
  strlen: ofTexts((value) => Array.from(value).length),
  toupper: ofTexts((value) => value.toUpperCase()),
  tolower: ofTexts((value) => value.toLowerCase()),
  trim: ofTexts((value) => value.trim()),
  concat: (...values) => values.map(text).join(''),
  strcontains: ofTexts((value, part = '') => truth(value.includes(part))),
  replace: ofTexts((value, part = '', by = '') => value.replaceAll(part, () => by)),
  substr: ofTexts((value, from = '0', length?: string) =>
    Array.from(value)
      .slice(Number(from), length === undefined ? undefined : Number(from) + Number(length))
      .join(''),
  ),
  abs: ofNumbers(Math.abs),
  ceil: ofNumbers(Math.ceil),
  floor: ofNumbers(Math.floor),
  greatest: ofNumbers(Math.max),
  least: ofNumbers(Math.min),
  datefloor: floor,
  // Its first argument is the line's time, which the evaluation adds.
  bin: floor,
};
