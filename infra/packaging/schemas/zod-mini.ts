/**
 * Stands in for `zod/mini` in a bundle: the functions that the sources use, with the same results. It leaves out the other schemas,
 * the asynchronous ones, the code that zod generates for each object, and all that does not parse, such as JSON Schema.
 *
 * Whatever it leaves out, it refuses: an import of another function fails the build, and another option or check fails the start of the
 * function. tests/unit/packaging/schemas compares the outputs and the issues with those of zod.
 */
export { gte as minimum, lte, lte as maximum, maxLength, minLength, refine, regex } from './checks.ts';
export { array, record, set } from './containers.ts';
export * as iso from './iso.ts';
export { extend, object, pick, strictObject } from './objects.ts';
export { parse, safeParse } from './parse.ts';
export { boolean, enum, int, literal, never, number, string, unknown, url } from './scalars.ts';
export { discriminatedUnion, union } from './unions.ts';
export {
  _default,
  catch,
  exactOptional,
  NEVER,
  nullable,
  nullish,
  optional,
  pipe,
  transform,
} from './wrappers.ts';
