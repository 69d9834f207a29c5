import { jest } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as z from 'zod/mini';
import type { Clock } from '../../../lib/runtime/clock.ts';
import type { Library } from './described-checks.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The moment of the rules with a clock. */
const NOW = Date.parse('2026-06-01T00:00:00Z');

const clock: Clock = { now: () => NOW, sleep: () => Promise.resolve() };

/** The files of the service that import zod. */
const FILES_WITH_SCHEMAS = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
  .map((file) => join('lib', file))
  .filter(
    (file) => file.endsWith('.ts') && /^import \* as z from 'zod\/mini'/m.test(readFileSync(file, 'utf8')),
  )
  .sort();

/**
 * Loads the service with a library of schemas, and lists all schemas that it makes, in their order: those of its modules, and those
 * that it makes by the rules of a stage.
 */
export async function schemasOfService(library: Library): Promise<readonly z.ZodMiniType[]> {
  const made: z.ZodMiniType[] = [];
  jest.resetModules();
  jest.unstable_mockModule('zod/mini', () => recording(library, made));
  for (const file of FILES_WITH_SCHEMAS) await import(join(ROOT, file));
  await makeByRules();
  return made;
}

/** Makes the schemas that are made by functions. */
async function makeByRules(): Promise<void> {
  const { parseRoles } = await import('../../../lib/grants/index.ts');
  const roles = parseRoles({
    roles: {
      viewer: { permissions: ['read-document'] },
      editor: { permissions: ['read-document', 'write'] },
    },
  });
  const rules = { roles, privateLayerPrefix: 'user:', ttl: { default: 900, max: 3600 }, clock };
  const { DocumentId } = await import('../../../lib/http/messages/fields.ts');
  const grants = await import('../../../lib/http/routes/grants/schemas.ts');
  grants.grantBodySchema(rules);
  grants.wholeGrantSchema(rules, DocumentId);
  const mint = await import('../../../lib/http/routes/tokens/mint-request.ts');
  const { batchRequestSchema } = await import('../../../lib/http/routes/tokens/batch-schemas.ts');
  batchRequestSchema(mint.mintRequestSchema(rules));
  const { explainRequestSchema } = await import('../../../lib/http/routes/explanations/schemas.ts');
  explainRequestSchema(rules);
  const { backendTokenRequestSchema } = await import('../../../lib/http/routes/backend-tokens/schemas.ts');
  for (const mayBeForAny of [true, false])
    backendTokenRequestSchema({ operations: ['document_editor'], mayBeForAny });
  const { parseSigningKeySecret } = await import('../../../lib/signing-keys/secret.ts');
  await parseSigningKeySecret('{"state": "none"}', 'ES256').catch(() => undefined);
  const { DocumentEngineClient } = await import('../../../lib/document-engine/index.ts');
  const apiToken = { current: () => Promise.resolve('token'), forget: () => undefined };
  const fetch = () => Promise.resolve(new Response('[]'));
  const client = new DocumentEngineClient({ url: 'https://de.example', apiToken, clock, fetch });
  await client.listSecrets();
  await client.revoke([]).catch(() => undefined);
}

/** Makes the same library, which notes each schema that it makes. */
function recording(library: Library, made: z.ZodMiniType[]): object {
  const noted = (schema: z.ZodMiniType): z.ZodMiniType => {
    const check: (...checks: never[]) => z.ZodMiniType = schema.check.bind(schema);
    made.push(schema);
    return Object.assign(schema, { check: (...checks: never[]) => noted(check(...checks)) });
  };
  const noting =
    (make: (...given: never[]) => unknown) =>
    (...given: never[]): unknown => {
      const result = make(...given);
      return isSchema(result) ? noted(result) : result;
    };
  const wrapped = (module: object): object =>
    Object.fromEntries(
      Object.entries(module).map(([name, member]: [string, unknown]) => [
        name,
        typeof member === 'function' && /^(?!safeParse$|parse$|refine$|[A-Z$])/.test(name)
          ? noting(member as (...given: never[]) => unknown)
          : member,
      ]),
    );
  return { ...wrapped(library), iso: wrapped(library.iso) };
}

function isSchema(value: unknown): value is z.ZodMiniType {
  return typeof value === 'object' && value !== null && 'check' in value && typeof value.check === 'function';
}
