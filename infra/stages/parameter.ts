import type * as z from 'zod';

/** A parameter that a stage can set. */
export interface Parameter {
  /** Its value if a stage sets none. One without a default is required, or does what `otherwise` says. */
  readonly default?: string | number;
  /** What holds if a stage sets none, for docs/configuration.md; absent with a default and for a required one. */
  readonly otherwise?: string;
  /** The variable in which the functions find it. They check it (lib/wiring), as packaging does with their schema. */
  readonly variable?: string;
  /** What a stage can set, by the stage's name. Absent if checking the variable says all. */
  readonly value?: (stage: string) => z.ZodType;
  /** The same in words, for docs/configuration.md. */
  readonly allowed: string;
  /** A sentence or more for docs/configuration.md. */
  readonly does: string;
}

/** Lists options as the documentation does. */
export const oneOf = (options: readonly string[]): string =>
  options.map((option) => `\`${option}\``).join(', ');
