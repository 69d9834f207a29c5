import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type ResourceName, RESOURCES } from './service.ts';

const texts = z.record(z.string(), z.string());
const json = z.record(z.string(), z.unknown());

const Exchange = z.strictObject({
  /** Its position in the sequence of all requests. */
  step: z.int(),
  operation: z.string(),
  /** Distinct within the operation. */
  name: z.string(),
  summary: z.string(),
  /** A demo caller; absent for a request without a token. */
  caller: z.string().optional(),
  parameters: texts.optional(),
  body: json.optional(),
  status: z.int(),
  /** The headers that describe the answer's content. */
  headers: texts.optional(),
  /** Absent for an answer without a body. */
  answer: json.optional(),
});

/**
 * A recorded request to the local stack, with its answer. Values that differ at every start (tokens, ids, ETags, times, addresses)
 * have stand-ins, also in later requests that use them.
 */
export type Exchange = z.infer<typeof Exchange>;

/** Names the file of a resource's recorded examples, beside its routes. */
export const examplesFile = (resource: ResourceName): string =>
  fileURLToPath(new URL(`../../lib/http/routes/${resource}/${resource}.examples.json`, import.meta.url));

/** Every resource's folder in lib/http/routes. */
export const RESOURCE_NAMES = Object.keys(RESOURCES) as readonly ResourceName[];

/** Finds the resource of an operation. */
export const resourceOf = (operation: string): ResourceName | undefined =>
  RESOURCE_NAMES.find((name) => operation in RESOURCES[name].operations);

/** Reads every recorded exchange, in order. A resource without a file has none yet. */
export async function readExchanges(): Promise<Exchange[]> {
  const files = await Promise.all(
    RESOURCE_NAMES.map((name) => readFile(examplesFile(name), 'utf8').catch(() => '[]')),
  );
  return files
    .flatMap((text) => z.array(Exchange).parse(JSON.parse(text)))
    .toSorted((one, other) => one.step - other.step);
}

/** Describes how exchanges differ from the recorded ones, a sentence each; empty if they do not differ. */
export function differences(before: readonly Exchange[], now: readonly Exchange[]): string[] {
  const nameOf = ({ operation, name }: Exchange): string => `${operation} "${name}"`;
  const others = new Map(now.map((exchange) => [nameOf(exchange), exchange]));
  const missing = [...others.keys()].filter((name) => !before.some((exchange) => nameOf(exchange) === name));
  return [
    ...missing.map((name) => `${name} was not recorded`),
    ...before.flatMap((exchange) => {
      const name = nameOf(exchange);
      const other = others.get(name);
      if (other === undefined) return [`${name} is no longer a request`];
      const at = firstDifference(exchange, other);
      return at === undefined ? [] : [`${name}: ${at}`];
    }),
  ];
}

function firstDifference(before: unknown, now: unknown, path = ''): string | undefined {
  if (Object.is(before, now)) return undefined;
  if (typeof before !== 'object' || typeof now !== 'object' || before === null || now === null)
    return `${path} was ${JSON.stringify(before)}, and is ${JSON.stringify(now)}`;
  const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(now))];
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const found = firstDifference(one.get(key), other.get(key), path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
