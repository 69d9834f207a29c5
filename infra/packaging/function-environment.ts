import { EnvironmentError, parseEnvironment } from '../../lib/runtime/environment.ts';
import { ENVIRONMENTS, isFunctionName } from '../../lib/wiring/environments.ts';
import type { StageParameters } from '../stages/check-parameters.ts';
import { asVariable, parameterOf, PARAMETERS } from '../stages/parameters.ts';

/** Variables of the resolved serverless.yml. A value that CloudFormation fills in is still an object. */
export type TemplateEnvironment = Readonly<Record<string, unknown>>;

/** Stands in for a value that CloudFormation fills in at deployment. */
const FILLED_IN = 'filled-in-by-cloudformation';

/** The length of a table's longest name. The ARN of a secret of the stack is shorter. */
const LONGEST_FILLED_IN = 255;

/** The bytes of all variables of a function together (AWS Lambda, "Lambda quotas": environment variables). */
const MAX_BYTES = 4096;

/** Converts a value to a variable's text. An object or a list is as wrong as no value. */
const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

const faultsOf = (name: string, variables: Readonly<Record<string, string>>): EnvironmentError['faults'] => {
  if (!isFunctionName(name)) {
    const detail = `lib/wiring/environments.ts has no environment for "${name}"`;
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
 * Checks the parameters that become variables, with the functions' own schemas.
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
      variable === undefined || parameters[name] === undefined
        ? []
        : [[variable, asText(asVariable(name, parameters[name]))]],
    ),
  );
  const faults = functionNames
    .flatMap((name) => faultsOf(name, { SIGNING_KEY_SECRET_ARN: FILLED_IN, ...variables }))
    .flatMap(({ variable, within, detail }) => {
      const parameter = parameterOf(variable);
      if (parameter === undefined) return [];
      const place = within === undefined ? parameter : `${parameter}.${within}`;
      return [`${place}: ${parameters[parameter] === undefined ? 'is required and ' : ''}${detail}`];
    });
  return [...new Set(faults)];
}

/**
 * Checks that serverless.yml sets every variable that a function reads, and that Lambda can hold all of them.
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
  const bytes = sizeOf(variables);
  return [
    ...faultsOf(name, variables).map(({ variable, detail }) => `${name}: ${variable} ${detail}`),
    ...(bytes > MAX_BYTES
      ? [
          `${name}: its variables have about ${bytes} bytes, and Lambda allows ${MAX_BYTES}. Shorten issuers, backends or another long parameter`,
        ]
      : []),
  ];
}

/** Counts the bytes of all variables. CloudFormation fills in names and ARNs of the stack, which are this long at most. */
function sizeOf(variables: Readonly<Record<string, string>>): number {
  const sizes = Object.entries(variables).map(([name, value]) =>
    value === FILLED_IN ? name.length + LONGEST_FILLED_IN : Buffer.byteLength(name + value),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
