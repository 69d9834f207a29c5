import * as z from 'zod';

const Texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

/** A statement of an IAM policy that allows something. Its resources are whole ARNs. */
export const Statement = z.object({
  Effect: z.literal('Allow'),
  Action: Texts,
  Resource: Texts,
  Condition: z.record(z.string(), z.record(z.string(), Texts)).default({}),
});
export type Statement = z.output<typeof Statement>;

/** A request, as IAM sees it. */
export interface AccessRequest {
  /** Such as `dynamodb:Query`. */
  readonly action: string;
  /** The ARN of the resource. */
  readonly resource: string;
  /** The values of each condition key. A key without values is not in the request. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** Tells whether a value matches a pattern of StringLike: `*` is any text, `?` any character. */
function isLike(value: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[\\^$.+()[\]{}|]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(value);
}

const MATCHES: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringLike: isLike,
};

const FOR_ALL = 'ForAllValues:';

/**
 * Evaluates an operator for a key (IAM user guide, "Condition operators" and "Multivalued context keys"): `ForAllValues` holds
 * without any value, and `Null` asks whether there is none.
 *
 * @throws Error for an operator that this stand-in does not know
 */
function holds(operator: string, values: readonly string[], wanted: readonly string[]): boolean {
  if (operator === 'Null') return wanted.includes(String(values.length === 0));
  const forAll = operator.startsWith(FOR_ALL);
  const matches = MATCHES[forAll ? operator.slice(FOR_ALL.length) : operator];
  if (matches === undefined)
    throw new Error(`The local IAM does not know the condition operator ${operator}.`);
  const isWanted = (value: string): boolean => wanted.some((it) => matches(value, it));
  return forAll ? values.every(isWanted) : values.length === 1 && values.every(isWanted);
}

const applies = (
  { Action, Resource, Condition }: Statement,
  { action, resource, context }: AccessRequest,
): boolean =>
  Action.includes(action) &&
  Resource.includes(resource) &&
  Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context[key] ?? [], wanted)),
  );

/** Tells whether one of the statements allows a request. */
export function isAllowed(statements: readonly Statement[], request: AccessRequest): boolean {
  return statements.some((statement) => applies(statement, request));
}
