import type * as z from 'zod';

/** A parameter that a stage can set. */
export interface Parameter {
  /** Its value if a stage sets none. Without a default, the parameter is required, or `otherwise` describes the effect. */
  readonly default?: string | number | readonly string[];
  /** The effect if a stage sets none, for docs/configuration.md. Absent with a default and for a required parameter. */
  readonly otherwise?: string;
  /** The environment variable that hands it to the functions. Packaging checks it with the functions' own schema (lib/wiring). */
  readonly variable?: string;
  /** Hands a list or an object over as JSON in the variable. */
  readonly json?: true;
  /** Makes the schema of the value, from the stage's name. Absent if the schema of the variable is enough. */
  readonly value?: (stage: string) => z.ZodType;
  /** The same in words, for docs/configuration.md. */
  readonly allowed: string;
  /** A sentence or more for docs/configuration.md. */
  readonly does: string;
}

/** Parameters that belong together. docs/configuration.md has a heading and a table for each group. */
export interface ParameterGroup {
  readonly title: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** Formats a list of options for docs/configuration.md. */
export const oneOf = (options: readonly string[]): string =>
  options.map((option) => `\`${option}\``).join(', ');
