import type { Parameter, ParameterGroup } from './parameter.ts';
import { API } from './parameters/api.ts';
import { CALLERS } from './parameters/callers.ts';
import { CONSOLE } from './parameters/console.ts';
import { DEPLOYMENT } from './parameters/deployment.ts';
import { DOCUMENT_ENGINE } from './parameters/document-engine.ts';
import { FUNCTIONS } from './parameters/functions.ts';
import { LOGS } from './parameters/logs.ts';
import { MONITORING } from './parameters/monitoring.ts';
import { SIGNING_KEY } from './parameters/signing-key.ts';
import { STACK } from './parameters/stack.ts';
import { TOKENS } from './parameters/tokens.ts';

/** The groups of parameters, in the order of docs/configuration.md. */
export const GROUPS: readonly ParameterGroup[] = [
  CALLERS,
  DOCUMENT_ENGINE,
  TOKENS,
  SIGNING_KEY,
  API,
  CONSOLE,
  FUNCTIONS,
  LOGS,
  MONITORING,
  STACK,
  DEPLOYMENT,
];

/**
 * Every parameter that a stage can set, in the order of docs/configuration.md. The checks of packaging, the environment of each
 * function and the tables in docs/configuration.md (`npm run generate`) are made from these groups.
 */
export const PARAMETERS: Readonly<Record<string, Parameter>> = Object.fromEntries(
  GROUPS.flatMap(({ parameters }) => Object.entries(parameters)),
);

/** The values of the parameters that a stage does not set, nor `default` in infra/stages/stages.yml. */
export const DEFAULTS: Readonly<Record<string, NonNullable<Parameter['default']>>> = Object.fromEntries(
  Object.entries(PARAMETERS).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value]],
  ),
);

/** The stage parameter that sets a variable of the functions; undefined for one that the stack itself sets. */
export function parameterOf(variable: string): string | undefined {
  return Object.keys(PARAMETERS).find((name) => PARAMETERS[name]?.variable === variable);
}

/**
 * Writes the value of a parameter as the text of its variable. An object or a list is JSON if the parameter is declared so.
 *
 * @returns the value itself if it is an object or a list that no variable can hold
 */
export function asVariable(parameter: string, value: unknown): unknown {
  return PARAMETERS[parameter]?.json === true && typeof value === 'object' ? JSON.stringify(value) : value;
}
