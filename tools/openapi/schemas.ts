import * as z from 'zod';
import type { ZodOpenApiOverride } from 'zod-openapi';
import { type DescribedSchema, type Remark } from '../../lib/http/routes/openapi.ts';

/** A JSON Schema, or any other part of the document. */
export type JsonObject = Record<string, unknown>;

/** A schema and its remarks do not fit together. */
export class RemarkError extends Error {
  override readonly name = 'RemarkError';
}

/**
 * Completes a derived JSON Schema. A rule that is a function in zod cannot be expressed in JSON Schema, so the message of its
 * refusal describes it.
 */
export const withRules: ZodOpenApiOverride = ({ zodSchema, jsonSchema }) => {
  if (jsonSchema.format === 'date-time' || isTime(zodSchema)) {
    // The format implies them.
    delete jsonSchema.pattern;
    delete jsonSchema.allOf;
    jsonSchema.format = 'date-time';
  }
  // zod leaves out a default that it would transform.
  if (zodSchema instanceof z.core.$ZodDefault) jsonSchema.default = zodSchema._zod.def.defaultValue;
  const rules = rulesOf(zodSchema);
  if (rules.length > 0) jsonSchema.description = rules.join(' ');
};

function isTime(schema: z.core.$ZodType): boolean {
  const def = inner(schema)._zod.def;
  return def.type === 'string' && 'format' in def && def.format === 'datetime';
}

function inner(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.core.$ZodPipe ? inner(schema._zod.def.in) : schema;
}

/** Describes those rules of a schema that are functions, a sentence each. */
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

/**
 * Adds remarks to the finished JSON Schema of a component. While zod derives it, the members of referenced schemas do not exist
 * yet.
 *
 * @throws RemarkError for a member without a remark, and a remark without a member
 */
export function withRemarks(
  component: string,
  schema: JsonObject,
  remarks: DescribedSchema['remarks'],
): JsonObject {
  const unused = new Set(Object.keys(remarks));

  const within = (node: JsonObject, path: string): JsonObject => {
    const { properties, items, anyOf } = node;
    const members = Object.entries(isObject(properties) ? properties : {}).map(
      ([name, member]) => [name, required(member, path === '' ? name : `${path}.${name}`)] as const,
    );
    const alternative = (one: unknown, at: number): unknown =>
      isObject(one) ? optional(one, `${path}|${at}`, path) : one;
    return {
      ...node,
      ...(members.length > 0 && { properties: Object.fromEntries(members) }),
      ...(isObject(items) && { items: optional(items, `${path}[]`) }),
      ...(Array.isArray(anyOf) && { anyOf: anyOf.map(alternative) }),
    };
  };
  const optional = (node: JsonObject, path: string, below = path): JsonObject => {
    unused.delete(path);
    return says(within(node, below), remarks[path] ?? {});
  };
  const required = (node: unknown, path: string): JsonObject => {
    if (remarks[path] === undefined) {
      throw new RemarkError(
        `${component}: "${path}" has no description. Add one to the remarks of ${component} in an openapi.ts of lib/http`,
      );
    }
    return optional(isObject(node) ? node : {}, path);
  };

  const result = required(schema, '');
  if (unused.size > 0) throw new RemarkError(`${component} has no ${[...unused].join(', ')}`);
  return result;
}

function says(node: JsonObject, remark: Remark): JsonObject {
  const { description, ...keywords } = typeof remark === 'string' ? { description: remark } : remark;
  const sentences = [description, node['description']].filter((it) => typeof it === 'string');
  return { ...node, ...keywords, ...(sentences.length > 0 && { description: sentences.join(' ') }) };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
