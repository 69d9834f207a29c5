import * as z from 'zod';

/**
 * The most tags of a stage. AWS allows 50 for a resource (AWS General Reference, "Tagging your AWS resources"), and the Serverless
 * CLI adds one to the stack, `STAGE`.
 */
const MOST = 49;

// The characters that every service allows (the same page), and for the name also the Serverless CLI.
const NAME = /^[\w ./=+:-]+$/;
const VALUE = /^[\p{L}\p{N}\p{Zs}_./=+:@-]*$/u;

const nameFault = (name: string): string | undefined => {
  if (/^aws:/i.test(name)) return 'a name must not begin with "aws:", which AWS keeps for itself';
  if (name.length > 128) return 'a name has at most 128 characters';
  if (!NAME.test(name)) return 'a name consists of letters, digits, spaces and _ . / = + : -';
  return undefined;
};

const valueFault = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return 'a value must be a string, in quotes if it is a number';
  if (value.length > 256) return 'a value has at most 256 characters';
  if (!VALUE.test(value)) return 'a value consists of letters, digits, spaces and _ . / = + : - @';
  return undefined;
};

/** Finds names that differ in case alone. IAM takes them for the same tag, and refuses the role. */
const repeated = (names: readonly string[]): string[] =>
  names.filter((name, at) => names.findIndex((it) => it.toLowerCase() === name.toLowerCase()) !== at);

/** The tags of a stage: 1 to 49 names and values that every service of the stack accepts. */
export const tags = z
  .record(z.string(), z.unknown(), 'must be {name: value, …}')
  .superRefine((given, context) => {
    const names = Object.keys(given);
    if (names.length === 0 || names.length > MOST)
      context.addIssue({ code: 'custom', message: `must be 1 to ${MOST} tags` });
    for (const name of repeated(names))
      context.addIssue({ code: 'custom', path: [name], message: 'differs from another name in case alone' });
    for (const [name, value] of Object.entries(given)) {
      const message = nameFault(name) ?? valueFault(value);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
    }
  });
