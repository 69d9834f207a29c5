import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as z from 'zod';

const Example = z.looseObject({
  summary: z.string().optional(),
  value: z.unknown().optional(),
  'x-step': z.int().optional(),
  'x-caller': z.string().optional(),
  'x-body': z.unknown().optional(),
});

const Examples = z.record(z.string(), Example);

const Content = z.record(z.string(), z.object({ schema: z.unknown(), examples: Examples }));

const Response = z.object({
  description: z.string(),
  headers: z
    .record(z.string(), z.looseObject({ required: z.boolean().optional(), example: z.string().optional() }))
    .default({}),
  content: Content.default({}),
  'x-examples': Examples.default({}),
});

const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().optional(),
  schema: z.unknown(),
  examples: z.record(z.string(), z.object({ value: z.union([z.string(), z.number()]) })).default({}),
});

const Operation = z.object({
  operationId: z.string(),
  description: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(Parameter).default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.union([z.strictObject({ $ref: z.string() }), Response])),
});

const Document = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ responses: z.record(z.string(), Response) }),
  'x-without-route': z.record(z.string(), Response),
});

type Operation = z.infer<typeof Operation>;

/** An answer as documented. */
export interface DocumentedAnswer extends z.infer<typeof Response> {
  /** Its place in the document. */
  readonly pointer: string;
}

/** A documented request with its documented answer. */
export interface Step {
  readonly operation: DocumentedOperation;
  readonly name: string;
  readonly summary: string;
  /** Its place among all steps. */
  readonly order: number;
  readonly caller: string | undefined;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly value: string }[];
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** An operation with its place in the document. */
export interface DocumentedOperation extends Operation {
  readonly path: string;
  readonly method: string;
  readonly pointer: string;
}

/** The text of docs/openapi.json. */
export const documentText = await readFile(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');

/** The same, parsed. */
export const documentJson: unknown = JSON.parse(documentText);

/** The parts of docs/openapi.json that tests read. */
export const openApi = Document.parse(documentJson);

const step = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Every operation of the document. */
export const operations: readonly DocumentedOperation[] = Object.entries(openApi.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
      pointer: `/paths${step(path)}${step(method)}`,
    })),
);

/** Finds the documented answer of an operation with a status. @throws Error if there is none */
export function documentedAnswer(
  { operationId, responses, pointer }: DocumentedOperation,
  status: number,
): DocumentedAnswer {
  const response = responses[status];
  if (response === undefined) throw new Error(`The document has no ${status} for ${operationId}.`);
  if (!('$ref' in response)) return { ...response, pointer: `${pointer}/responses/${status}` };
  const name = response.$ref.replace('#/components/responses/', '');
  const shared = openApi.components.responses[name];
  if (shared === undefined) throw new Error(`The document has no answer ${name}.`);
  return { ...shared, pointer: `/components/responses/${name}` };
}

/** Finds the documented answer of a path without a route. @throws Error if there is none with this status */
export function answerWithoutRoute(status: number): DocumentedAnswer {
  const response = openApi['x-without-route'][status];
  if (response === undefined) throw new Error(`The document has no ${status} for a path without a route.`);
  return { ...response, pointer: `/x-without-route/${status}` };
}

/** Every documented request with an answer of the local stack, in order. */
export const steps: readonly Step[] = operations
  .flatMap((operation) => Object.keys(operation.responses).flatMap((status) => stepsOf(operation, status)))
  .toSorted((one, other) => one.order - other.order);

function stepsOf(operation: DocumentedOperation, status: string): Step[] {
  const response = operation.responses[status];
  if (response === undefined || '$ref' in response) return [];
  const examples = [...Object.values(response.content).map((it) => it.examples), response['x-examples']];
  return examples.flatMap((these) =>
    Object.entries(these).flatMap(([name, { summary = '', value, ...example }]) => {
      const order = example['x-step'];
      if (order === undefined) return [];
      const parameters = operation.parameters.flatMap(({ name: parameter, in: place, examples: values }) => {
        const given = values[name];
        return given === undefined ? [] : [{ name: parameter, in: place, value: String(given.value) }];
      });
      const body =
        example['x-body'] ?? operation.requestBody?.content['application/json']?.examples[name]?.value;
      const caller = example['x-caller'];
      return [
        { operation, name, summary, order, caller, parameters, body, status: Number(status), answer: value },
      ];
    }),
  );
}

const HOUR_AND_MINUTE = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;

const RFC3339 = new RegExp(
  String.raw`^\d{4}-\d\d-\d\dT${HOUR_AND_MINUTE}:[0-5]\d(?:\.\d+)?(?:Z|[+-]${HOUR_AND_MINUTE})$`,
);

function isTime(text: string): boolean {
  if (!RFC3339.test(text) || Number.isNaN(Date.parse(text))) return false;
  // Date.parse reads the 31st of April as the 1st of May.
  const day = text.slice(0, 'YYYY-MM-DD'.length);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

// Not strict: the document has keywords of OpenAPI beside those of JSON Schema.
const ajv = new Ajv2020({
  strict: false,
  formats: {
    'date-time': isTime,
    regex: isRegularExpression,
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => URL.canParse(text, 'https://example.com'),
  },
});
ajv.addSchema(z.looseObject({}).parse(documentJson), 'openapi.json');

/**
 * Lists the faults of a value by a schema of the document.
 *
 * @param pointer - the schema's place
 */
export function faultsOf(pointer: string, value: unknown): string[] {
  const fragment = pointer.split('/').map(encodeURIComponent).join('/');
  const validate = ajv.getSchema(`openapi.json#${fragment}`);
  if (validate === undefined) throw new Error(`The document has no schema at ${pointer}.`);
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

/** Makes the pointer to the schema of a body. */
export const schemaOf = (pointer: string, type: string): string => `${pointer}/content${step(type)}/schema`;

/** Collects every value under a key, at any depth of a part of the document. */
export function everyValueOf(key: string, within: unknown): unknown[] {
  if (typeof within !== 'object' || within === null) return [];
  return Object.entries(within).flatMap(([name, value]: [string, unknown]) => [
    ...(name === key ? [value] : []),
    ...everyValueOf(key, value),
  ]);
}
