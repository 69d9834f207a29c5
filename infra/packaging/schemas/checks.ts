import { errorIn, type Options } from './options.ts';
import { Check, refusePromise, type Payload } from './schema.ts';

/** The options of a check. */
interface CheckOptions extends Options {
  /** True if no later check runs after a fault. */
  readonly abort?: boolean;
}

/** The options of {@link refine}. */
interface RefineOptions extends CheckOptions {
  /** The place of the fault, from the schema of the check. */
  readonly path?: readonly PropertyKey[];
  readonly when?: (payload: Payload) => boolean;
}

/** Accepts the values for which a function returns a true value. */
export function refine(holds: (value: unknown) => unknown, options: RefineOptions = {}): Check {
  const { path = [], when, abort } = options;
  return new Check(
    errorIn('refine', options, ['abort', 'path', 'when']),
    ({ value: input, issues }, inst) => {
      if (refusePromise(holds(input))) return;
      issues.push({ code: 'custom', input, inst, path: [...path], continue: !abort });
    },
    { when },
  );
}

/** Accepts numbers up to a limit. */
export function lte(maximum: number, options: CheckOptions = {}): Check {
  return new Check(errorIn('lte', options, ['abort']), ({ value: input, issues }, inst) => {
    if ((input as number) <= maximum) return;
    const bounds = { origin: 'number', maximum, inclusive: true };
    issues.push({ code: 'too_big', ...bounds, input, inst, continue: !options.abort });
  });
}

/** Accepts numbers from a limit on. */
export function gte(minimum: number, options: CheckOptions = {}): Check {
  return new Check(errorIn('gte', options, ['abort']), ({ value: input, issues }, inst) => {
    if ((input as number) >= minimum) return;
    const bounds = { origin: 'number', minimum, inclusive: true };
    issues.push({ code: 'too_small', ...bounds, input, inst, continue: !options.abort });
  });
}

/** Accepts strings and arrays up to a length. */
export function maxLength(maximum: number, options: CheckOptions = {}): Check {
  return new Check(
    errorIn('maxLength', options, ['abort']),
    ({ value, issues }, inst) => {
      const input = value as Lengthy;
      if (input.length <= maximum || lengthOf(input) <= maximum) return;
      const bounds = { origin: originOf(input), maximum, inclusive: true };
      issues.push({ code: 'too_big', ...bounds, input, inst, continue: !options.abort });
    },
    { when: hasLength, length: { maximum } },
  );
}

/** Accepts strings and arrays from a length on. */
export function minLength(minimum: number, options: CheckOptions = {}): Check {
  return new Check(
    errorIn('minLength', options, ['abort']),
    ({ value, issues }, inst) => {
      const input = value as Lengthy;
      if (input.length >= minimum && (input.length >= 2 * minimum || lengthOf(input) >= minimum)) return;
      const bounds = { origin: originOf(input), minimum, inclusive: true };
      issues.push({ code: 'too_small', ...bounds, input, inst, continue: !options.abort });
    },
    { when: hasLength, length: { maximum: Infinity } },
  );
}

/** Accepts the strings that match a pattern. */
export function regex(pattern: RegExp, options: CheckOptions = {}): Check {
  return new Check(errorIn('regex', options, ['abort']), ({ value, issues }, inst) => {
    const input = value as string;
    pattern.lastIndex = 0;
    if (pattern.test(input)) return;
    const expected = { origin: 'string', format: 'regex', pattern: String(pattern) };
    issues.push({ code: 'invalid_format', ...expected, input, inst, continue: !options.abort });
  });
}

interface Lengthy {
  readonly length: number;
}

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

/** Counts the code points of a string, or the elements of an array. */
function lengthOf(value: Lengthy): number {
  return typeof value === 'string' ? value.replace(PAIR, '_').length : value.length;
}

function originOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'string' ? 'string' : 'unknown';
}

function hasLength({ value }: Payload): boolean {
  return value !== null && value !== undefined && (value as Partial<Lengthy>).length !== undefined;
}
