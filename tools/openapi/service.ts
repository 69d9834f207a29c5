import { systemClock } from '../../lib/runtime/clock.ts';
import { parseRoles } from '../../lib/grants/index.ts';
import { type BackendTokenRules } from '../../lib/http/routes/backend-tokens/schemas.ts';
import { type GrantRules } from '../../lib/http/routes/grants/schemas.ts';
import { type TtlBounds } from '../../lib/http/routes/tokens/mint-request.ts';
import operations from '../../lib/document-engine/backend-operations.json' with { type: 'json' };
import { readStages } from '../../infra/stages/stages.ts';
import roles from '../../infra/roles/roles.json' with { type: 'json' };

const { maxTtlSeconds, defaultTtlSeconds, privateLayerPrefix } = (await readStages())['default'] ?? {};

/** The rules that the document describes: those of a stage that leaves the parameters as they are. */
export const ttl: TtlBounds = { default: Number(defaultTtlSeconds), max: Number(maxTtlSeconds) };

/** See {@link ttl}. The clock only decides what is in the future, which no schema says. */
export const grantRules: GrantRules = {
  roles: parseRoles(roles),
  privateLayerPrefix: String(privateLayerPrefix),
  clock: systemClock,
};

/** With `"any"`, which a stage has to allow: the schema is of all that some stage takes. */
export const backendTokenRules: BackendTokenRules = { operations, mayBeForAny: true };
