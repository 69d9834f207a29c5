import { InvariantError } from '../../../lib/runtime/errors.ts';
import type { ErrorFunction } from './issue.ts';

/** The options of a schema or a check. */
export interface Options {
  readonly error?: string | ErrorFunction | undefined;
}

/**
 * Reads the function in the option `error`, which can also be a string.
 *
 * @param of - the name of the schema or the check
 * @param others - the names of the options that it takes besides
 * @throws InvariantError if there is another option
 */
export function errorIn(
  of: string,
  options: Options | undefined,
  others: readonly string[] = [],
): ErrorFunction | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== 'object') throw unsupported(`options of ${of} in another form than an object`);
  const unknown = Object.keys(options).find((name) => name !== 'error' && !others.includes(name));
  if (unknown !== undefined) throw unsupported(`option ${unknown} of ${of}`);
  const { error } = options;
  if (typeof error === 'string') return () => error;
  if (error !== undefined && typeof error !== 'function') throw unsupported(`such an error of ${of}`);
  return error;
}

/** Says that zod has something that the schemas of a bundle do not have. */
export function unsupported(what: string): InvariantError {
  return new InvariantError(`The schemas of a bundle have no ${what}: see infra/packaging/schemas`);
}
