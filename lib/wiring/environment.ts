import * as z from 'zod/mini';
import { DOCUMENT_ID_PATTERN, isLayerName } from '../document-engine/index.ts';
import { LOG_LEVELS } from '../runtime/log.ts';
import { ALGORITHMS, isPublicKeyFor, tooOften } from '../signing-keys/index.ts';
import { LayermintError } from '../runtime/errors.ts';

/** One fault of the environment, by the variable and the stage parameter that sets it. */
export interface EnvironmentFault {
  readonly variable: string;
  readonly parameter: string | undefined;
  readonly detail: string;
}

/** The function's environment is not usable; the message names each wrong variable and what would be right. */
export class EnvironmentError extends LayermintError {
  override readonly name = 'EnvironmentError';
  readonly code = 'ENVIRONMENT_INVALID';
  readonly faults: readonly EnvironmentFault[];

  constructor(faults: readonly EnvironmentFault[]) {
    const lines = faults.map(
      ({ variable, parameter, detail }) =>
        `  - ${variable}${parameter === undefined ? '' : ` (stage parameter "${parameter}")`}: ${detail}`,
    );
    super(`The environment is not valid:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

/** The stage parameter of serverless.yml that sets each variable; docs/configuration.md describes them. */
export const STAGE_PARAMETERS: Readonly<Record<string, string>> = {
  SIGNING_KEY_SECRET_ARN: 'signingKeySecretArn',
  JWT_ALGORITHM: 'algorithm',
  DOCUMENT_ENGINE_URL: 'documentEngineUrl',
  MAX_TTL_SECONDS: 'maxTtlSeconds',
  DEFAULT_TTL_SECONDS: 'defaultTtlSeconds',
  PRIVATE_LAYER_PREFIX: 'privateLayerPrefix',
  USER_ID_CLAIM: 'userIdClaim',
  GROUPS_CLAIM: 'groupsClaim',
  NAME_CLAIM: 'nameClaim',
  BACKEND_TOKENS_FOR_ANY: 'backendTokensForAny',
  DOCUMENT_ENGINE_API_URL: 'documentEngineApiUrl',
  DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: 'documentEngineApiTokenSecretArn',
  PROBE_DOCUMENT_ID: 'probeDocumentId',
  ROTATION_INTERVAL_DAYS: 'rotationIntervalDays',
  PREDECESSOR_PUBLIC_KEY: 'predecessorPublicKey',
  PREDECESSOR_VALID_UNTIL: 'predecessorValidUntil',
  LOG_LEVEL: 'logLevel',
};

const text = (right: string) =>
  z.string({ error: right }).check(z.minLength(1, { error: right, abort: true }));

/** A text for which `holds` is true; `right` says what would be. */
const checked = (holds: (value: string) => boolean, right: string) =>
  text(right).check(z.refine(holds, { error: right }));

/** The same where the stage may leave it out; it is empty then. */
const optional = (holds: (value: string) => boolean, right: string) =>
  z._default(
    z.string({ error: right }).check(z.refine((value) => value === '' || holds(value), { error: right })),
    '',
  );

const seconds = z.pipe(
  checked(
    (value) => /^\d{1,9}$/.test(value) && Number(value) >= 60,
    'must be a whole number of seconds, at least 60',
  ),
  z.transform(Number),
);

// Clients append a path to it, so it has no query, fragment or slash at its end; nor credentials, which they would see.
const SERVER_URL = /^https?:\/\/[^\s?#@\\]*[^\s?#@\\/]$/;

/** Plain http only where nobody else can listen. */
function isServerUrl(value: string): boolean {
  if (!SERVER_URL.test(value) || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

const BothTtls = z.object({ MAX_TTL_SECONDS: z.number(), DEFAULT_TTL_SECONDS: z.number() });

const claimName = text('must name a claim of the caller token');

const base = { LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }) };

const table = { TABLE_NAME: text('must name the DynamoDB table') };

const algorithm = { JWT_ALGORITHM: z.enum(ALGORITHMS, { error: `must be one of ${ALGORITHMS.join(', ')}` }) };

const signing = {
  ...algorithm,
  SIGNING_KEY_SECRET_ARN: text('must be the ARN of the secret that holds the signing key'),
};

const documentEngine = {
  DOCUMENT_ENGINE_URL: checked(
    isServerUrl,
    'must be the https URL of Document Engine, without a slash at its end',
  ),
};

const callers = { USER_ID_CLAIM: claimName, GROUPS_CLAIM: claimName, NAME_CLAIM: claimName };

const layers = {
  PRIVATE_LAYER_PREFIX: checked(
    isLayerName,
    'must be one or more characters of a layer name: no "*", no control characters',
  ),
};

const longestLife = {
  MAX_TTL_SECONDS: seconds.check(z.lte(86_400, { error: 'must be at most 86400, one day' })),
};

/** For functions that call Document Engine themselves. */
const documentEngineApi = {
  ...documentEngine,
  DOCUMENT_ENGINE_API_URL: optional(
    isServerUrl,
    'must be the https URL under which the functions reach Document Engine, without a slash at its end',
  ),
  DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: optional(
    (value) => value.startsWith('arn:'),
    "must be the ARN of the secret that holds Document Engine's API token",
  ),
};

/** For functions that end live tokens. */
const revoking = {
  ...signing,
  ...documentEngineApi,
  DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: checked(
    (value) => value.startsWith('arn:'),
    "must be the ARN of the secret that holds Document Engine's API token",
  ),
};

const days = z.pipe(
  checked((value) => /^[1-9]\d{0,2}$|^1000$/.test(value), 'must be a whole number of days, 1 to 1000'),
  z.transform(Number),
);

// ISO 8601 in UTC with whole seconds, as Document Engine takes expiries.
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** A rule on several variables, which is judged even where others are wrong, so that all faults are named at once. */
const cross = <Schema extends z.ZodMiniType>(
  variable: string,
  needed: Schema,
  faultOf: (value: z.output<Schema>) => string | undefined,
) =>
  z.refine<unknown>((value) => faultOf(z.parse(needed, value)) === undefined, {
    path: [variable],
    error: ({ input }) => faultOf(z.parse(needed, input)),
    when: ({ value }) => z.safeParse(needed, value).success,
  });

const IntervalRule = z.object({ MAX_TTL_SECONDS: z.number(), ROTATION_INTERVAL_DAYS: z.number() });

const Predecessor = z.object({
  JWT_ALGORITHM: z.enum(ALGORITHMS),
  PREDECESSOR_PUBLIC_KEY: z.string(),
  PREDECESSOR_VALID_UNTIL: z.string(),
});

/** The environment of each function of serverless.yml, by its name there. */
const ENVIRONMENTS = {
  mintToken: z
    .object({
      ...base,
      ...table,
      ...signing,
      ...documentEngine,
      ...callers,
      ...layers,
      ...longestLife,
      DEFAULT_TTL_SECONDS: seconds,
    })
    .check(
      z.refine((it) => it.DEFAULT_TTL_SECONDS <= it.MAX_TTL_SECONDS, {
        path: ['DEFAULT_TTL_SECONDS'],
        error: 'must not be above the longest life that the stage allows (maxTtlSeconds)',
        // Also where another variable is wrong, so that all faults are named at once.
        when: ({ value }) => z.safeParse(BothTtls, value).success,
      }),
    ),
  inspectToken: z.object({ ...base, ...table, ...algorithm, ...callers }),
  getKeys: z.object({ ...base, ...table }),
  mintBackendToken: z.object({
    ...base,
    ...table,
    ...signing,
    ...documentEngine,
    ...callers,
    BACKEND_TOKENS_FOR_ANY: z.enum(['on', 'off'], { error: "must be 'on' or 'off', in quotes in YAML" }),
  }),
  listGrants: z.object({ ...base, ...table, ...callers }),
  setGrant: z.object({ ...base, ...table, ...callers, ...layers, ...revoking }),
  revokeTokens: z.object({ ...base, ...table, ...callers, ...revoking }),
  getRevocation: z.object({ ...base, ...table, ...callers }),
  sweepRevocations: z.object({ ...base, ...table, ...revoking }),
  listDocuments: z.object({ ...base, ...table, ...callers, ...layers }),
  rotateSigningKey: z
    .object({
      ...base,
      ...table,
      ...signing,
      ...documentEngineApi,
      ...longestLife,
      ROTATION_INTERVAL_DAYS: days,
      PROBE_DOCUMENT_ID: optional(
        (value) => DOCUMENT_ID_PATTERN.test(value),
        'must be the id of a document that Document Engine holds',
      ),
      PREDECESSOR_PUBLIC_KEY: optional(
        (value) => value.trim().startsWith('-----BEGIN PUBLIC KEY-----'),
        'must be the public key of the backend that is replaced, as SPKI PEM',
      ),
      PREDECESSOR_VALID_UNTIL: optional(
        (value) => INSTANT.test(value) && !Number.isNaN(Date.parse(value)),
        'must be when the last of its tokens has run out, such as 2027-01-31T12:00:00Z',
      ),
    })
    .check(
      cross('ROTATION_INTERVAL_DAYS', IntervalRule, (it) => {
        const reason = tooOften(it.ROTATION_INTERVAL_DAYS * 86_400, it.MAX_TTL_SECONDS);
        return reason === undefined ? undefined : `is too short: ${reason}`;
      }),
      cross('PREDECESSOR_VALID_UNTIL', Predecessor, (it) =>
        it.PREDECESSOR_PUBLIC_KEY !== '' && it.PREDECESSOR_VALID_UNTIL === ''
          ? 'must be set with predecessorPublicKey'
          : undefined,
      ),
      cross('PREDECESSOR_PUBLIC_KEY', Predecessor, (it) => {
        const { PREDECESSOR_PUBLIC_KEY: key, PREDECESSOR_VALID_UNTIL: until, JWT_ALGORITHM: alg } = it;
        if (key === '') return until === '' ? undefined : 'must be set with predecessorValidUntil';
        return isPublicKeyFor(key, alg) ? undefined : `must be a public key for ${alg}`;
      }),
    ),
  getHealth: z.object({ ...base, VERSION: text('must be the version of the service') }),
  fallback: z.object(base),
};

/** The functions of serverless.yml. */
export type FunctionName = keyof typeof ENVIRONMENTS;

/** The environment of one function, parsed. */
export type Environment<Name extends FunctionName> = z.output<(typeof ENVIRONMENTS)[Name]>;

/** Whether a function of this name has an environment to parse. */
export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(ENVIRONMENTS, name);
}

/**
 * Reads a function's environment, once, at its start; packaging runs it too, so that a stage with a wrong parameter is
 * never deployed.
 *
 * @throws EnvironmentError that names every variable that is missing or wrong, and the stage parameter that sets it.
 */
export function parseEnvironment<Name extends FunctionName>(
  name: Name,
  variables: Readonly<Record<string, string | undefined>>,
): Environment<Name> {
  const result = z.safeParse(ENVIRONMENTS[name], variables);
  if (result.success) return result.data as Environment<Name>;
  throw new EnvironmentError(
    result.error.issues.map(({ path, message }) => {
      const variable = path.join('.');
      return { variable, parameter: STAGE_PARAMETERS[variable], detail: message };
    }),
  );
}
