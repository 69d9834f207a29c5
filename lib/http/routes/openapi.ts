import type * as z from 'zod/mini';
import type { BackendTokenRules } from './backend-tokens/schemas.ts';
import type { OperationId } from './catalogue.ts';
import type { GrantRules } from './grants/schemas.ts';
import type { TtlBounds } from './tokens/mint-request.ts';

/** A JSON Schema (draft 2020-12), or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A sentence on a schema or a member, or a sentence with JSON Schema keywords for rules that zod has only as functions. */
export type Remark = string | JsonSchema;

/** A schema that parses requests or types answers, with the remarks for the OpenAPI document. */
export interface DescribedSchema {
  readonly schema: z.core.$ZodType;
  /**
   * By path: `''` is the schema itself, `a.b` a member of a member, `a[]` the elements of an array, `a|0` the first of
   * several alternatives. Each member needs one.
   */
  readonly remarks: Readonly<Record<string, Remark>>;
}

/** A parameter of a request. */
export interface DescribedParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly schema: JsonSchema;
}

/** The prose of an operation. Its facts are in the catalogue of routes. */
export interface DescribedOperation {
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly DescribedParameter[];
  /** A sentence for each successful status. */
  readonly successes: Readonly<Record<number, string>>;
}

/** The part of the OpenAPI document on the routes of one folder. */
export interface DescribedResource {
  readonly tag: { readonly name: string; readonly description: string };
  /** By their names in `components.schemas`. */
  readonly schemas: Readonly<Record<string, DescribedSchema>>;
  readonly operations: Readonly<Partial<Record<OperationId, DescribedOperation>>>;
}

/** The rules of the stage that the OpenAPI document describes. */
export interface DescribedStage {
  readonly ttl: TtlBounds;
  readonly grantRules: GrantRules;
  readonly backendTokenRules: BackendTokenRules;
}

/** Describes the header `If-None-Match` of an operation. @param content - the content that the client can hold, such as `the keys` */
export const ifNoneMatch = (content: string): DescribedParameter => ({
  name: 'If-None-Match',
  in: 'header',
  description: `The ETag of ${content} that the client already holds.`,
  schema: { type: 'string' },
});

/** Writes the `$ref` to a component by its name. */
export const referenceTo = (name: string): string => `#/components/schemas/${name}`;
