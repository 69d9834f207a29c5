/** The texts that take the place of the references to one resource. */
export interface Replacement {
  /** The resource's logical id. */
  readonly id: string;
  /** The text for `Ref`. */
  readonly ref: string;
  /** The texts for `Fn::GetAtt`, by the attribute's name. They may use pseudo parameters: `${AWS::Region}`. */
  readonly attributes: Readonly<Record<string, string>>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/**
 * Replaces all references to a resource in a value, in place and at any depth: `Ref`, `Fn::GetAtt`, and `${…}` in an `Fn::Sub`.
 *
 * @throws Error for an attribute that the replacement does not have
 */
export function replaceReferences(value: unknown, replacement: Replacement): void {
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    const replaced = replacedReference(inner, replacement);
    if (replaced === undefined) replaceReferences(inner, replacement);
    else value[key] = replaced;
  }
}

/** Makes the replacement for one reference; undefined for any other value. */
function replacedReference(value: unknown, replacement: Replacement): unknown {
  if (!isObject(value)) return undefined;
  const { id, ref } = replacement;
  if (value['Ref'] === id) return ref;
  const attribute = attributeOf(value['Fn::GetAtt'], id);
  if (attribute !== undefined) return { 'Fn::Sub': textOf(attribute, replacement) };
  const sub = value['Fn::Sub'];
  if (sub === undefined) return undefined;
  const parts: readonly unknown[] = Array.isArray(sub) ? sub : [sub];
  const [text, ...variables] = parts;
  if (typeof text !== 'string') return undefined;
  const mine = new RegExp(String.raw`\$\{${id}(?:\.(\w+))?\}`, 'g');
  const replaced = text.replace(mine, (_, name?: string) =>
    name === undefined ? ref : textOf(name, replacement),
  );
  replaceReferences(variables, replacement);
  return { 'Fn::Sub': variables.length === 0 ? replaced : [replaced, ...variables] };
}

/** Reads the attribute of an `Fn::GetAtt`, `[id, attribute]` or `id.attribute`; undefined if it is another resource's. */
function attributeOf(getAtt: unknown, id: string): string | undefined {
  const path = Array.isArray(getAtt) ? getAtt.join('.') : getAtt;
  return typeof path === 'string' && path.startsWith(`${id}.`) ? path.slice(id.length + 1) : undefined;
}

function textOf(attribute: string, { id, attributes }: Replacement): string {
  const text = attributes[attribute];
  if (text === undefined) throw new Error(`Nothing replaces the attribute ${attribute} of ${id}.`);
  return text;
}
