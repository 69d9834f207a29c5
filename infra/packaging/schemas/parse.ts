import { finalIssue, type Issue, type RawIssue } from './issue.ts';
import { unsupported } from './options.ts';
import { Payload, type Schema } from './schema.ts';

/** The faults of an input, by the name that zod gives it. */
class SchemaError extends Error {
  override readonly name = '$ZodError';
  readonly issues: readonly Issue[];

  constructor(issues: readonly RawIssue[]) {
    super('The input does not match its schema');
    this.issues = issues.map(finalIssue);
  }
}

/** The result of {@link safeParse}. */
type Result =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: SchemaError };

/** Reads a value into a type. The messages of its faults are made when `error` is read for the first time. */
export function safeParse(schema: Schema, value: unknown, ...others: readonly unknown[]): Result {
  if (others.length > 0) throw unsupported('options of safeParse');
  const payload = new Payload(value);
  schema.run(payload);
  if (payload.issues.length === 0) return { success: true, data: payload.value };
  let error: SchemaError | undefined;
  return {
    success: false,
    get error() {
      return (error ??= new SchemaError(payload.issues));
    },
  };
}

/** Reads a value into a type. @throws SchemaError if it has a fault */
export function parse(schema: Schema, value: unknown, ...others: readonly unknown[]): unknown {
  const result = safeParse(schema, value, ...others);
  if (result.success) return result.data;
  throw result.error;
}
