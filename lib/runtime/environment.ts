import * as z from 'zod/mini';
import { LayermintError } from './errors.ts';
import { LOG_LEVELS } from './log.ts';
import type { Seconds } from './time.ts';

/** The environment variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** One fault of the environment. */
export interface EnvironmentFault {
  readonly variable: string;
  /** The place in the JSON text of the variable, such as `0.name`. Absent: the variable as a whole. */
  readonly within?: string;
  /** The rule that the value breaks. It never quotes the value, which may be secret. */
  readonly detail: string;
}

/** The function's environment is not valid. The message names each wrong variable and the rule that it breaks. */
export class EnvironmentError extends LayermintError {
  override readonly name = 'EnvironmentError';
  readonly code = 'ENVIRONMENT_INVALID';
  readonly faults: readonly EnvironmentFault[];

  constructor(faults: readonly EnvironmentFault[]) {
    const lines = faults.map(
      ({ variable, within, detail }) =>
        `  - ${variable}${within === undefined ? '' : `.${within}`}: ${detail}`,
    );
    super(`The environment is not valid:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

/**
 * Reads a function's environment once, at its start. Packaging runs it as well, so that a stage with a wrong parameter
 * is never deployed.
 *
 * @throws EnvironmentError that names every variable that is missing or wrong
 */
export function parseEnvironment<Schema extends z.ZodMiniType>(
  schema: Schema,
  variables: Variables,
): z.output<Schema> {
  const result = z.safeParse(schema, variables);
  if (result.success) return result.data;
  throw new EnvironmentError(
    result.error.issues.map(({ path: [variable, ...within], message }) => ({
      variable: String(variable),
      ...(within.length > 0 && { within: within.join('.') }),
      detail: message,
    })),
  );
}

/** Makes the schema of a string of one character or more. @param right - the rule that the fault names */
export const text = (right: string) =>
  z.string({ error: right }).check(z.minLength(1, { error: right, abort: true }));

/** Makes the schema of a string for which `holds` returns true. @param right - the rule that the fault names */
export const checked = (holds: (value: string) => boolean, right: string) =>
  text(right).check(z.refine(holds, { error: right }));

/** Makes the same schema for a variable that a stage may leave out. An empty value counts as left out. */
export const optional = (holds: (value: string) => boolean, right: string) =>
  z.optional(
    z.pipe(
      z.string({ error: right }).check(z.refine((value) => value === '' || holds(value), { error: right })),
      z.transform((value) => (value === '' ? undefined : value)),
    ),
  );

/** The schema of a string that a stage may leave out. */
export const optionalText = z.optional(z.string());

/**
 * Makes the schema of a variable that holds JSON, for a stage parameter that is a list or an object.
 *
 * @param schema - of the parsed value
 * @param right - the rule that the fault names if the text is not JSON
 */
export const json = <Schema extends z.ZodMiniType>(schema: Schema, right: string) =>
  z.pipe(
    z.pipe(
      z.string({ error: right }),
      z.transform((value, context): unknown => {
        try {
          return JSON.parse(value);
        } catch {
          context.issues.push({ code: 'custom', message: right, input: value });
          return z.NEVER;
        }
      }),
    ),
    schema,
  );

/** The schema of a duration of a minute or more. */
export const seconds = z.pipe(
  checked(
    (value) => /^\d{1,9}$/.test(value) && Number(value) >= 60,
    'must be a whole number of seconds, at least 60',
  ),
  z.transform((value): Seconds => Number(value)),
);

/**
 * Makes a rule on several variables. It is checked even if other variables are wrong, so that one error names all
 * faults.
 *
 * @param variable - the variable that the fault is reported for
 * @param needed - the schema of the variables that the rule reads; the rule is skipped if they are wrong themselves
 * @param faultOf - finds the fault; undefined if there is none
 */
export const rule = <Needed extends z.ZodMiniType>(
  variable: string,
  needed: Needed,
  faultOf: (value: z.output<Needed>) => string | undefined,
) =>
  z.refine<unknown>((value) => faultOf(z.parse(needed, value)) === undefined, {
    path: [variable],
    error: ({ input }) => faultOf(z.parse(needed, input)),
    when: ({ value }) => z.safeParse(needed, value).success,
  });

/** The variables of every function. */
export const everyFunction = {
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }),
  STAGE: text('must be the name of the stage'),
  HASH_USER_IDS: z._default(
    z.enum(['on', 'off'], { error: "must be 'on' or 'off', in quotes in YAML" }),
    'off',
  ),
};
