import * as zod from 'zod/mini';
import * as ownModule from '../../../infra/packaging/schemas/zod-mini.ts';
import type { Calls, Library } from './described-checks.ts';

/** The schemas of a bundle, by the types of zod's. */
export const own = ownModule as unknown as Library;

/** A schema's answer to an input. */
export interface Outcome {
  /** The output, or the issues. */
  readonly result: unknown;
  /** The calls of functions that the schema was given. */
  readonly calls: Calls;
}

/** Reads an input by a schema. */
export function outcomeOf(
  library: Library,
  make: (library: Library, calls: Calls) => zod.ZodMiniType,
  input: unknown,
): Outcome {
  const calls: Calls = [];
  const schema = make(library, calls);
  try {
    const { success, data, error } = library.safeParse(schema, input);
    return { calls, result: success ? { data } : { issues: error.issues.map(compared) } };
  } catch (error) {
    return { calls, result: { thrown: error instanceof TypeError ? 'TypeError' : error } };
  }
}

/** Reads an input by the same schema of both. */
export function bothOutcomes(
  make: (library: Library, calls: Calls) => zod.ZodMiniType,
  input: unknown,
): { readonly zod: Outcome; readonly own: Outcome } {
  return { zod: outcomeOf(zod, make, input), own: outcomeOf(own, make, input) };
}

/** Leaves out the pattern of a time: zod's accepts the same times by another one. */
function compared(issue: object): object {
  const { pattern, errors, issues, ...others } = issue as Readonly<Record<string, unknown>>;
  return {
    ...others,
    ...(pattern !== undefined && others['format'] !== 'datetime' && { pattern }),
    ...(Array.isArray(errors) && { errors: errors.map((list: object[]) => list.map(compared)) }),
    ...(Array.isArray(issues) && { issues: issues.map(compared) }),
  };
}
