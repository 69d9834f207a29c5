import { EnvironmentError, parseEnvironment } from '../../lib/runtime/environment.ts';
import { ENVIRONMENTS, isFunctionName } from '../../lib/wiring/environments.ts';
import type { StageParameters } from '../stages/stage-parameters.ts';

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

/** A variable's value as serverless.yml has it once resolved: what CloudFormation fills in is still an object. */
export type TemplateEnvironment = Readonly<Record<string, unknown>>;

/** Stands for what CloudFormation fills in at deployment. */
const FILLED_IN = 'filled-in-by-cloudformation';

/** A variable is a text; an object or a list in its place is as wrong as none. */
const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

const faultsOf = (name: string, variables: Readonly<Record<string, string>>): EnvironmentError['faults'] => {
  if (!isFunctionName(name)) {
    const detail = `lib/wiring/environments.ts does not say what the environment of "${name}" is`;
    return [{ variable: name, detail }];
  }
  try {
    parseEnvironment(ENVIRONMENTS[name], variables);
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.faults;
    throw error;
  }
};

/**
 * Checks the parameters that become variables, as the functions will read them.
 *
 * @param functionNames - the functions of serverless.yml
 * @returns everything that is wrong, one sentence each, which begins with the parameter's name
 */
export function checkEnvironmentParameters(
  functionNames: readonly string[],
  parameters: StageParameters,
): string[] {
  const variables = Object.fromEntries(
    Object.entries(STAGE_PARAMETERS).flatMap(([variable, parameter]) =>
      parameters[parameter] === undefined ? [] : [[variable, asText(parameters[parameter])]],
    ),
  );
  const faults = functionNames
    .flatMap((name) => faultsOf(name, { SIGNING_KEY_SECRET_ARN: FILLED_IN, ...variables }))
    .flatMap(({ variable, detail }) => {
      const parameter = STAGE_PARAMETERS[variable];
      if (parameter === undefined) return [];
      return [`${parameter}: ${parameters[parameter] === undefined ? 'is required and ' : ''}${detail}`];
    });
  return [...new Set(faults)];
}

/**
 * Checks that serverless.yml hands a function every variable that it reads.
 *
 * @returns everything that is wrong, one sentence each, which begins with the function's name
 */
export function checkFunctionEnvironment(name: string, environment: TemplateEnvironment): string[] {
  const variables = Object.fromEntries(
    Object.entries(environment).map(([variable, value]) => [
      variable,
      typeof value === 'object' ? FILLED_IN : asText(value),
    ]),
  );
  return faultsOf(name, variables).map(({ variable, detail }) => `${name}: ${variable} ${detail}`);
}
