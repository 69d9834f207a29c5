import { isFunctionName, variablesOf } from '../../lib/wiring/environments.ts';
import { parameterOf } from '../stages/parameters.ts';

/** Resolves what stands between `${` and `}` in serverless.yml. */
export type ResolveVariable = (variable: string) => Promise<unknown>;

/**
 * Makes the environment of a function, which is all that its schema in lib/wiring names: each variable from `custom.variables` of
 * serverless.yml, else from the stage parameter that sets it. A variable for which the stage sets nothing is left out.
 *
 * @returns the empty environment for a name that no function has: packaging then says so, see function-environment.ts
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
    if (value !== '') environment[variable] = value;
  }
  return environment;
}
