import { type Expression } from '../../../lib/table/index.ts';

/** The attributes of an item, as JavaScript has them. */
export type Attributes = Record<string, unknown>;

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

const PATH = String.raw`[#\w]+(?:\.[#\w]+)?`;
const VALUE = String.raw`:\w+`;
const EXISTENCE = new RegExp(`^attribute_(not_)?exists\\((${PATH})\\)$`);
const COMPARISON = new RegExp(`^(${PATH}) ([<>=]+) (${VALUE})$`);
const ASSIGNMENT = new RegExp(`^(${PATH}) = (?:(${VALUE})|if_not_exists\\((${PATH}), (${VALUE})\\))$`);
const ADDITION = new RegExp(`^(${PATH}) (${VALUE})$`);

// DynamoDB's limit for one expression, in bytes.
const LONGEST_EXPRESSION = 4096;

function assertNotTooLong(text: string): void {
  if (Buffer.byteLength(text) > LONGEST_EXPRESSION) throw new TypeError('the expression is longer than 4 KB');
}

/**
 * Tells whether a condition holds for an item. It knows the part of DynamoDB's condition expressions that the service
 * uses.
 *
 * @throws TypeError for any other expression
 */
export function holds(condition: Expression, item: Attributes = {}): boolean {
  assertNotTooLong(condition.text);
  // AND binds tighter than OR, and no expression of the service has brackets.
  return condition.text.split(' OR ').some((text) => allHold({ ...condition, text }, item));
}

function allHold({ text, values, names }: Expression, item: Attributes): boolean {
  return text.split(' AND ').every((term) => {
    const [, absent, looked] = EXISTENCE.exec(term) ?? [];
    if (looked !== undefined) return (at(item, looked, names) === undefined) === (absent !== undefined);
    const [, path = '', comparison = '', placeholder = ''] = COMPARISON.exec(term) ?? [];
    const compare = COMPARISONS[comparison];
    if (compare === undefined) throw new TypeError(`the condition "${term}" is not known here`);
    const [one, other] = [at(item, path, names), valueOf(placeholder, values)];
    // DynamoDB compares values of one type only.
    if (typeof one === 'number' && typeof other === 'number') return compare(one - other);
    if (typeof one === 'string' && typeof other === 'string')
      return compare(one < other ? -1 : one > other ? 1 : 0);
    if (one instanceof Set && other instanceof Set)
      return comparison === '=' && one.size === other.size && one.isSubsetOf(other);
    return false;
  });
}

/**
 * Applies an update to an item. It knows the part of DynamoDB's update expressions that the service uses. All terms see
 * the item as it was before.
 *
 * @throws TypeError for any other expression
 */
export function updated({ text, values, names }: Expression, item: Attributes): Attributes {
  assertNotTooLong(text);
  const clauses = [...text.matchAll(/\b(SET|ADD|REMOVE) (.*?)(?= (?:SET|ADD|REMOVE) |$)/g)];
  if (clauses.length === 0) throw new TypeError(`the update "${text}" is not known here`);
  const changes = clauses.flatMap(([, clause, list = '']) =>
    list.split(/, (?![^(]*\))/).map((term): [string, unknown] => {
      const [, assigned, value, fallbackOf, fallback] =
        (clause === 'SET' ? ASSIGNMENT.exec(term) : null) ?? [];
      if (assigned !== undefined) {
        const held = fallbackOf === undefined ? undefined : at(item, fallbackOf, names);
        return [assigned, held ?? valueOf(value ?? fallback ?? '', values)];
      }
      const [, grown, more = ''] = (clause === 'ADD' ? ADDITION.exec(term) : null) ?? [];
      if (grown !== undefined) return [grown, added(at(item, grown, names), valueOf(more, values))];
      if (clause === 'REMOVE') return [term, undefined];
      throw new TypeError(`the update "${term}" is not known here`);
    }),
  );
  return changes.reduce((result, [path, value]) => withAt(result, stepsOf(path, names), value), item);
}

/** Reads the value at a document path, at most one map deep. */
function at(item: Attributes, path: string, names: Expression['names']): unknown {
  const [name = '', inner] = stepsOf(path, names);
  const value = item[name];
  return inner === undefined ? value : isMap(value) ? value[inner] : undefined;
}

function withAt(item: Attributes, [name = '', inner]: readonly string[], value: unknown): Attributes {
  const { [name]: held, ...rest } = item;
  if (inner === undefined) return value === undefined ? rest : { ...rest, [name]: value };
  if (!isMap(held)) throw new TypeError(`the document path leads into "${name}", which is not a map`);
  return { ...rest, [name]: withAt(held, [inner], value) };
}

function isMap(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !(value instanceof Set) && !Array.isArray(value);
}

function added(held: unknown, more: unknown): unknown {
  if (more instanceof Set && (held === undefined || held instanceof Set))
    return (held ?? new Set()).union(more);
  if (typeof more === 'number' && (held === undefined || typeof held === 'number')) return (held ?? 0) + more;
  throw new TypeError('ADD needs a number or a set, of the same type as the present value');
}

function stepsOf(path: string, names: Expression['names']): string[] {
  return path.split('.').map((step) => {
    const name = step.startsWith('#') ? names?.[step] : step;
    if (name === undefined) throw new TypeError(`the expression has no name for ${step}`);
    return name;
  });
}

/** Reads the value of a placeholder. @throws TypeError if the expression has none */
export function valueOf(placeholder: string, values: Expression['values']): unknown {
  const value = values?.[placeholder];
  if (value === undefined) throw new TypeError(`the expression has no value for ${placeholder}`);
  return value;
}
