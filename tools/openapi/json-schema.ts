import * as z from 'zod';

/** A JSON Schema (draft 2020-12), or any other part of the document. */
export type JsonObject = Record<string, unknown>;

/** What to say of a schema, or of one of its members; keywords stand in the schema beside what was derived. */
export type Remark = string | (JsonObject & { readonly description: string });

/** Remarks by path: `''` is the schema itself, `a.b` a member of a member, `a[]` the items of a list. */
export type Remarks = Readonly<Record<string, Remark>>;

/** A schema that requests are parsed with or answers are typed by, and what to say of it. */
export interface Component {
  readonly schema: z.core.$ZodType;
  readonly remarks: Remarks;
}

/** A schema and its remarks do not fit together. */
export class RemarkError extends Error {
  override readonly name = 'RemarkError';
}

/** Where components refer to each other. */
export const referenceTo = (name: string): string => `#/components/schemas/${name}`;

/**
 * Derives JSON Schemas. A rule that is a function in zod, and so nothing that JSON Schema could say, is described by the
 * message of its refusal; remarks add the keywords that come close.
 *
 * @param io - whether what is described goes in or comes out
 * @throws RemarkError where a member has no remark, or a remark no member
 */
export function jsonSchemasOf(
  components: Readonly<Record<string, Component>>,
  io: 'input' | 'output',
): Record<string, JsonObject> {
  const registry = z.registry<{ id: string }>();
  for (const [id, { schema }] of Object.entries(components)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: referenceTo,
    override: ({ zodSchema, jsonSchema }) => {
      const { format } = jsonSchema;
      if (format === 'date-time' || isTime(zodSchema)) {
        // What the format says already.
        delete jsonSchema.pattern;
        delete jsonSchema.allOf;
        jsonSchema.format = 'date-time';
      }
      const rules = rulesOf(zodSchema);
      if (rules.length > 0) jsonSchema.description = rules.join(' ');
    },
  });
  return Object.fromEntries(
    Object.entries(components).map(([name, { remarks }]) => {
      const { $id: _id, $schema: _dialect, ...schema } = schemas[name] ?? {};
      return [name, remarked(name, schema, remarks)];
    }),
  );
}

function isTime(schema: z.core.$ZodType): boolean {
  const def = inner(schema)._zod.def;
  return def.type === 'string' && 'format' in def && def.format === 'datetime';
}

function inner(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.core.$ZodPipe ? inner(schema._zod.def.in) : schema;
}

/** What the rules of a schema that are functions ask for, as sentences. */
function rulesOf(schema: z.core.$ZodType): string[] {
  return (schema._zod.def.checks ?? []).flatMap((check) => {
    const { def } = check._zod;
    if (def.check !== 'custom') return [];
    const path =
      'path' in def && Array.isArray(def.path) ? def.path.map((step) => `\`${String(step)}\` `) : [];
    const refusal: unknown =
      def.error && Reflect.apply(def.error, undefined, [{ code: 'custom', input: undefined, path: [] }]);
    const text = isObject(refusal) ? refusal['message'] : refusal;
    return typeof text !== 'string' ? [] : [sentence(`${path.join('')}${text}`)];
  });
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** Puts the remarks where they belong. */
function remarked(component: string, schema: JsonObject, remarks: Remarks): JsonObject {
  const unused = new Set(Object.keys(remarks));

  const within = (node: JsonObject, path: string): JsonObject => {
    const { properties, items, anyOf } = node;
    const members = Object.entries(isObject(properties) ? properties : {}).map(
      ([name, member]) => [name, required(member, path === '' ? name : `${path}.${name}`)] as const,
    );
    return {
      ...node,
      ...(members.length > 0 && { properties: Object.fromEntries(members) }),
      ...(isObject(items) && { items: optional(items, `${path}[]`) }),
      ...(Array.isArray(anyOf) && {
        anyOf: anyOf.map((one: unknown) => (isObject(one) ? within(one, path) : one)),
      }),
    };
  };
  const optional = (node: JsonObject, path: string): JsonObject => {
    const remark = remarks[path];
    if (remark === undefined) return within(node, path);
    unused.delete(path);
    const { description, ...keywords } = typeof remark === 'string' ? { description: remark } : remark;
    const rules = typeof node['description'] === 'string' ? ` ${node['description']}` : '';
    return { ...within(node, path), ...keywords, description: `${description}${rules}` };
  };
  const required = (node: unknown, path: string): JsonObject => {
    if (remarks[path] === undefined) throw new RemarkError(`${component}: nothing is said of "${path}"`);
    return optional(isObject(node) ? node : {}, path);
  };

  const result = required(schema, '');
  if (unused.size > 0) throw new RemarkError(`${component} has no ${[...unused].join(', ')}`);
  return result;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
