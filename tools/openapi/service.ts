import * as z from 'zod';
import { systemClock } from '../../lib/runtime/clock.ts';
import { parseRoles } from '../../lib/grants/index.ts';
import { problemSchemas } from '../../lib/http/problems/openapi.ts';
import { backendTokensResource } from '../../lib/http/routes/backend-tokens/openapi.ts';
import { type OperationId, type Route, ROUTES } from '../../lib/http/routes/catalogue.ts';
import { consoleResource } from '../../lib/http/routes/console/openapi.ts';
import { callersResource } from '../../lib/http/routes/callers/openapi.ts';
import { documentsResource } from '../../lib/http/routes/documents/openapi.ts';
import { grantsResource } from '../../lib/http/routes/grants/openapi.ts';
import { healthResource } from '../../lib/http/routes/health/openapi.ts';
import { keysResource } from '../../lib/http/routes/keys/openapi.ts';
import {
  type DescribedOperation,
  type DescribedResource,
  type DescribedSchema,
  type DescribedStage,
} from '../../lib/http/routes/openapi.ts';
import { revocationsResource } from '../../lib/http/routes/revocations/openapi.ts';
import { tokensResource } from '../../lib/http/routes/tokens/openapi.ts';
import backendOperations from '../../lib/document-engine/backend-operations.json' with { type: 'json' };
import { readStages } from '../../infra/stages/stages.ts';

const { maxTtlSeconds, defaultTtlSeconds, privateLayerPrefix } = (await readStages())['default'] ?? {};

/** The names of the shipped roles. A team's own roles are in its role file, not in the document. */
export const SHIPPED_ROLES: readonly string[] = [
  'viewer',
  'commenter',
  'annotator',
  'form-filler',
  'editor',
  'owner',
  'thumbnail',
];

const ANY_ROLE = { permissions: ['read-document'] };

/** A stage with the default parameters. */
const stage: DescribedStage = {
  ttl: { default: Number(defaultTtlSeconds), max: Number(maxTtlSeconds) },
  grantRules: {
    roles: parseRoles({ roles: Object.fromEntries(SHIPPED_ROLES.map((name) => [name, ANY_ROLE])) }),
    privateLayerPrefix: String(privateLayerPrefix),
    // Decides only whether a time is in the future. No schema depends on that.
    clock: systemClock,
  },
  // With `"any"`, which a stage must allow: the schema covers every stage.
  backendTokenRules: { operations: backendOperations, mayBeForAny: true },
};

/** Every resource of the API by its folder in lib/http/routes. */
export const RESOURCES = {
  tokens: tokensResource(stage),
  callers: callersResource,
  documents: documentsResource,
  grants: grantsResource(stage),
  revocations: revocationsResource,
  'backend-tokens': backendTokensResource(stage),
  keys: keysResource,
  health: healthResource,
  console: consoleResource,
} satisfies Record<string, DescribedResource>;

/** The folder of a resource. */
export type ResourceName = keyof typeof RESOURCES;

/** A route with its prose. */
export interface Operation {
  readonly id: OperationId;
  readonly tag: string;
  readonly route: Route;
  readonly prose: DescribedOperation;
}

/** Every operation of the API, in the order of the catalogue. */
export const OPERATIONS: readonly Operation[] = Object.entries(ROUTES).map(([name, route]) => {
  const id = name as OperationId;
  for (const { tag, operations } of Object.values<DescribedResource>(RESOURCES)) {
    const prose = operations[id];
    if (prose) return { id, tag: tag.name, route, prose };
  }
  throw new Error(`Nothing describes ${id}. Describe it in the openapi.ts beside its handler.`);
});

const schemas: Readonly<Record<string, DescribedSchema>> = Object.fromEntries([
  ...Object.values<DescribedResource>(RESOURCES).flatMap((resource) => Object.entries(resource.schemas)),
  ...Object.entries(problemSchemas),
]);

// Their ids make zod-openapi turn them into components.
for (const [id, { schema }] of Object.entries(schemas)) z.globalRegistry.add(schema, { id });

/** Finds a described schema by name. @throws Error if no openapi.ts has it */
export function schemaNamed(name: string): DescribedSchema {
  const described = schemas[name];
  if (described === undefined) throw new Error(`No openapi.ts describes the schema ${name}.`);
  return described;
}
