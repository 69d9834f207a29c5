import { isFunctionName, variablesOf } from '../../lib/wiring/environments.ts';
import { asVariable, parameterOf } from '../stages/parameters.ts';

/** Resolves a variable of serverless.yml: the text between `${` and `}`. */
export type ResolveVariable = (variable: string) => Promise<unknown>;

/**
 * Makes the environment of a function: every variable of its schema in lib/wiring. Each value comes from `custom.variables` of
 * serverless.yml, else from the variable's stage parameter. A variable without a value is left out.
 *
 * @returns an empty environment for an unknown function; function-environment.ts then makes packaging fail
 */
export async function environmentOf(
  name: string,
  resolveVariable: ResolveVariable,
): Promise<Record<string, unknown>> {
  const environment: Record<string, unknown> = {};
  for (const variable of isFunctionName(name) ? variablesOf(name) : []) {
    const parameter = parameterOf(variable);
    const sources = [`self:custom.variables.${variable}`, ...(parameter ? [`param:${parameter}`] : []), "''"];
    const value = await resolveVariable(sources.join(', '));
    if (value !== '') environment[variable] = parameter === undefined ? value : asVariable(parameter, value);
  }
  return environment;
}
