import { readFile } from 'node:fs/promises';
import openapi, { astToString, type OpenAPI3 } from 'openapi-typescript';

/** The schemas that the client sends or reads. Others that they refer to follow by themselves. */
const NEEDED = ['MintRequest', 'BatchRequest', 'BatchResults', 'RevocationRequest', 'Revocation', 'Problem'];

const HEADER = `// Generated from docs/openapi.json by "npm run generate". Do not change it by hand.\n`;

/** Writes the API's types for the TypeScript client: the schemas of the operations that it calls, and no others. */
export async function apiTypes(): Promise<string> {
  const document = JSON.parse(
    await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
  ) as OpenAPI3;
  const all = document.components?.schemas ?? {};
  const names = new Set<string>();
  const add = (name: string): void => {
    if (names.has(name)) return;
    names.add(name);
    for (const [, other] of JSON.stringify(all[name]).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      if (other !== undefined) add(other);
  };
  NEEDED.forEach(add);
  const schemas = Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
  const { openapi: version, info } = document;
  const part: OpenAPI3 = { openapi: version, info, paths: {}, components: { schemas } };
  return HEADER + astToString(await openapi(part, { defaultNonNullable: false, immutable: true }));
}
