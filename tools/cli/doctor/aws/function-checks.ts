import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import { stackName } from '../../../../infra/stages/stages.ts';
import { functionsOf } from '../../../../infra/packaging/check-stage.ts';
import { asVariable, PARAMETERS } from '../../../../infra/stages/parameters.ts';
import type { CheckedStage } from '../checked-stage.ts';
import { failed, ok, warning, type Finding } from '../finding.ts';
import { nameOf, notAnswered } from './aws-refusal.ts';

const RUNNING = 'every function is ready';
const SETTINGS = 'the functions have the parameters of this checkout';

/** Checks the stage's functions: the state of each, and the settings with which it was deployed. */
export async function* checkFunctions(stage: CheckedStage): AsyncGenerator<Finding> {
  const client = new LambdaClient(stage.aws.lambda);
  try {
    const configurations: FunctionConfiguration[] = [];
    for (const name of functionsOf(stage.parameters)) {
      const FunctionName = `${stackName(stage.name)}-${name}`;
      configurations.push(await client.send(new GetFunctionConfigurationCommand({ FunctionName })));
    }
    yield judgeStates(configurations);
    yield compareSettings(stage, configurations);
  } catch (error) {
    yield nameOf(error) === 'ResourceNotFoundException'
      ? failed(RUNNING, 'a function of this checkout is missing', `npm run deploy -- --stage ${stage.name}`)
      : notAnswered(RUNNING, error, 'lambda:GetFunctionConfiguration');
  } finally {
    client.destroy();
  }
}

function judgeStates(configurations: readonly FunctionConfiguration[]): Finding {
  const broken = configurations.filter(
    ({ State = 'Active', LastUpdateStatus = 'Successful' }) =>
      State === 'Failed' || LastUpdateStatus === 'Failed',
  );
  const [first] = broken;
  if (first !== undefined) {
    const reason = first.LastUpdateStatusReason ?? first.StateReason ?? 'Lambda gives no reason';
    return failed(
      RUNNING,
      `${broken.map(({ FunctionName }) => FunctionName).join(', ')}: ${reason}`,
      'Correct the cause, such as a deleted subnet, security group or KMS key, and deploy again with --force.',
    );
  }
  const busy = configurations.filter(
    ({ State, LastUpdateStatus }) => State === 'Pending' || LastUpdateStatus === 'InProgress',
  );
  if (busy.length > 0) {
    return warning(
      RUNNING,
      `Lambda still changes ${busy.map(({ FunctionName }) => FunctionName).join(', ')}`,
      'Run the command again in a minute.',
    );
  }
  const latest = configurations
    .map(({ LastModified = '' }) => LastModified)
    .sort()
    .at(-1);
  return ok(RUNNING, `${configurations.length}, last changed ${latest ?? 'at an unknown time'}`);
}

/** Compares the variables of the functions with the parameters that set them. Values are not quoted: a variable can be a key. */
function compareSettings(stage: CheckedStage, configurations: readonly FunctionConfiguration[]): Finding {
  const differing = Object.entries(PARAMETERS).filter(([name, { variable }]) => {
    // A list or an object is JSON in its variable.
    const value = asVariable(name, stage.parameters[name]);
    if (variable === undefined || (typeof value !== 'string' && typeof value !== 'number')) return false;
    return configurations.some(({ Environment }) => {
      const deployed = Environment?.Variables?.[variable];
      return deployed !== undefined && deployed.trim() !== String(value).trim();
    });
  });
  if (differing.length === 0) return ok(SETTINGS);
  return warning(
    SETTINGS,
    `${differing.map(([name]) => name).join(', ')} differ`,
    `Deploy this checkout, or look at the one that was deployed: npm run deploy -- --stage ${stage.name}`,
  );
}
