import { FUNCTIONS, type FunctionName } from '../../lib/wiring/environments.ts';
import { readRoles } from '../roles/roles-file.ts';
import { checkStageParameters, type StageParameters } from '../stages/check-parameters.ts';
import { checkStageNames } from '../stages/stage-names.ts';
import { ofStage, unknownStage, type Stages } from '../stages/stages.ts';
import { checkEnvironmentParameters } from './function-environment.ts';

/** A stage cannot be packaged. The message lists everything that has to be corrected, with the file that it is in. */
export class StageError extends Error {
  override readonly name = 'StageError';
}

/**
 * Checks everything that a team sets: the stage's parameters and the roles.
 *
 * @param commandLine - values of `--param`, `NAME=VALUE` each; they win over the stage's own
 * @param parseRoles - throws an error that describes the faults in the role file
 * @throws StageError
 */
export function checkStage(
  stages: Stages,
  stage: string,
  commandLine: readonly string[] = [],
  parseRoles: () => unknown = readRoles,
): void {
  if (!Object.hasOwn(stages, stage)) throw new StageError(unknownStage(stage, Object.keys(stages)));
  const misnamed = checkStageNames(Object.keys(stages), FUNCTIONS);
  if (misnamed.length > 0) {
    const list = misnamed.map((fault) => `  - ${fault}`).join('\n');
    throw new StageError(`The names of the stages in infra/stages/stages.yml:\n${list}`);
  }
  const parameters = parametersOf(stages, stage, commandLine);
  const faults = [
    ...checkStageParameters(stage, parameters),
    ...checkEnvironmentParameters(functionsOf(parameters), parameters),
  ];
  if (faults.length > 0) {
    const list = faults.map((fault) => `  - ${fault}`).join('\n');
    throw new StageError(
      `The parameters of stage "${stage}" (infra/stages/stages.yml, described in docs/configuration.md):\n${list}`,
    );
  }
  try {
    parseRoles();
  } catch (error) {
    throw new StageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * Lists the functions of a stage: the authorizer is there for several issuers only, the prober and the console only with a client
 * for them.
 */
export function functionsOf({
  issuers,
  proberSecretArn,
  consoleClientId,
}: StageParameters): readonly FunctionName[] {
  return FUNCTIONS.filter(
    (name) =>
      (name !== 'authorizeCaller' || issuers !== undefined) &&
      (name !== 'probeService' || proberSecretArn !== undefined) &&
      (name !== 'getConsole' || consoleClientId !== undefined),
  );
}

/**
 * Joins a stage's parameters, those of `default` and those of the command line. The command line wins: its issuers take
 * the place of the stage's issuer and audience.
 *
 * @param commandLine - values of `--param`, `NAME=VALUE` each
 */
export function parametersOf(
  stages: Stages,
  stage: string,
  commandLine: readonly string[] = [],
): StageParameters {
  const given = parametersIn(commandLine);
  const { issuer, audience, ...others } = ofStage(stages, stage);
  return given['issuers'] === undefined ? { issuer, audience, ...others, ...given } : { ...others, ...given };
}

function parametersIn(commandLine: readonly string[]): StageParameters {
  return Object.fromEntries(
    commandLine.map((parameter) => {
      const equals = parameter.indexOf('=');
      return [parameter.slice(0, equals), parameter.slice(equals + 1)];
    }),
  );
}
