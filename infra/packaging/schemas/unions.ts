import { isObject } from './containers.ts';
import { finalIssue } from './issue.ts';
import { errorIn, unsupported, type Options } from './options.ts';
import { refuseType } from './scalars.ts';
import { Payload, Schema } from './schema.ts';

/** Accepts a value that one of the schemas accepts. The first one counts. */
export function union(choices: readonly Schema[], options?: Options): Schema {
  if (choices.length < 2) throw unsupported('union of one schema');
  return new Schema({
    kind: 'union',
    error: errorIn('union', options),
    optin: choices.some(({ optin }) => optin === 'defaulted')
      ? 'defaulted'
      : choices.some(({ optin }) => optin !== undefined)
        ? 'optional'
        : undefined,
    optout: choices.some(({ optout }) => optout) ? 'optional' : undefined,
    read: (payload, inst) => {
      readChoice(payload, choices, inst);
    },
  });
}

function readChoice(payload: Payload, choices: readonly Schema[], inst: Schema): void {
  const attempts: Payload[] = [];
  for (const choice of choices) {
    const attempt = new Payload(payload.value);
    choice.run(attempt);
    if (attempt.issues.length === 0) {
      Object.assign(payload, attempt);
      return;
    }
    attempts.push(attempt);
  }
  // Such as one that only has unknown members.
  const [nearest, ...others] = attempts.filter(
    ({ aborted, issues }) => !aborted && issues.every((issue) => issue.continue === true),
  );
  if (nearest && others.length === 0) {
    Object.assign(payload, nearest);
    return;
  }
  const errors = attempts.map(({ issues }) => issues.map(finalIssue));
  payload.issues.push({ code: 'invalid_union', input: payload.value, inst, errors });
}

/** Accepts an object by the schema that one of its members, the discriminator, chooses. */
export function discriminatedUnion(
  discriminator: string,
  choices: readonly Schema[],
  options?: Options,
): Schema {
  const byValue = new Map<unknown, Schema>();
  for (const choice of choices) {
    for (const value of valuesOf(choice, discriminator)) {
      if (byValue.has(value)) throw unsupported(`second choice for the discriminator ${String(value)}`);
      byValue.set(value, choice);
    }
  }
  return new Schema({
    kind: 'discriminatedUnion',
    error: errorIn('discriminatedUnion', options),
    read: (payload, inst) => {
      const { value: input, issues } = payload;
      if (!isObject(input)) {
        refuseType(payload, inst, 'object');
        return;
      }
      const choice = byValue.get((input as Readonly<Record<string, unknown>>)[discriminator]);
      if (choice) {
        choice.run(payload);
        return;
      }
      const details = { errors: [], note: 'No matching discriminator', discriminator };
      const path = [discriminator];
      issues.push({ code: 'invalid_union', ...details, options: [...byValue.keys()], input, path, inst });
    },
  });
}

function valuesOf({ definition }: Schema, discriminator: string): readonly unknown[] {
  const values = definition.shape?.[discriminator]?.definition.values;
  if (values === undefined) throw unsupported('discriminator but an enum or a literal');
  return values;
}
