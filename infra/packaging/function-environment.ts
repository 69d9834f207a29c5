import { EnvironmentError, parseEnvironment } from '../../lib/runtime/environment.ts';
import { ENVIRONMENTS, isFunctionName } from '../../lib/wiring/environments.ts';
import type { StageParameters } from '../stages/check-parameters.ts';
import { parameterOf, PARAMETERS } from '../stages/parameters.ts';

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
    Object.entries(PARAMETERS).flatMap(([name, { variable }]) =>
      variable === undefined || parameters[name] === undefined ? [] : [[variable, asText(parameters[name])]],
    ),
  );
  const faults = functionNames
    .flatMap((name) => faultsOf(name, { SIGNING_KEY_SECRET_ARN: FILLED_IN, ...variables }))
    .flatMap(({ variable, detail }) => {
      const parameter = parameterOf(variable);
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
