import {
  GetFunctionConfigurationCommand,
  ResourceNotFoundException,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { parseEnvironment } from '../../../lib/runtime/environment.ts';
import { FUNCTIONS, variablesOf } from '../../../lib/wiring/environments.ts';
import {
  environment as ofRotation,
  type RotationEnvironment,
} from '../../../lib/wiring/rotate-signing-key.ts';
import { type AwsAccess } from '../../../lib/wiring/parts/aws.ts';
import { DEFAULT_PORT } from '../../local/stack/command-line.ts';
import { functionPath } from '../../local/stack/routes/paths.ts';
import { ROTATION_FUNCTION } from '../../rotation-function.ts';
import { ofStage, readStages, type Stages } from '../../../infra/stages/stages.ts';
import { assertDeployable } from '../deploy/deployable.ts';
import { LocalStack, LoopbackUrl } from '../local-stack.ts';
import { stageClients } from '../stage-clients.ts';
import { replaceProcesses } from './replace-processes.ts';

/** A stage with its signing keys, on AWS or on this machine. */
export interface KeysStage {
  readonly name: string;
  /** The options of `npm run keys` that name this stage. */
  readonly options: string;
  /** The environment of the stage's rotation function: its secret, its table and its Document Engine. */
  readonly environment: RotationEnvironment;
  /** The regions, or the local endpoints, of the stage's AWS services. */
  readonly aws: AwsAccess;
  /** Replaces every warm process of every function that may hold a signing key. */
  replaceProcesses(): Promise<void>;
}

/** The functions that read the secret anew in every run. */
const READ_ANEW: readonly string[] = ['rotateSigningKey', 'checkKeys'];

/** The functions that hold a signing key in memory: every other one with the secret's ARN in its environment. */
export const SIGNING_FUNCTIONS = FUNCTIONS.filter(
  (name) => !READ_ANEW.includes(name) && variablesOf(name).includes('SIGNING_KEY_SECRET_ARN'),
);

/**
 * Finds a deployed stage by its rotation function.
 *
 * @param stages - infra/stages/stages.yml unless given
 * @throws UsageError if there is no such stage, Error if its function cannot be read or was deployed by another version
 */
export async function deployedStage(name: string, stages?: Stages): Promise<KeysStage> {
  const known = stages ?? (await readStages());
  assertDeployable(name, known, 'For the service that npm start runs, use --local.');
  const region = String(ofStage(known, name)['region']);
  const clients = stageClients(name, region);
  const { lambda, stack } = clients;
  const functionName = `${stack}-${ROTATION_FUNCTION}`;
  let configuration: FunctionConfiguration;
  try {
    configuration = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const question =
      error instanceof ResourceNotFoundException
        ? 'Is the stage deployed, and by the version of this checkout? Version 0.1.0 has other names of functions.'
        : 'To see whose credentials are used: aws sts get-caller-identity';
    throw new Error(`The function ${functionName} in ${region} cannot be read: ${reason}. ${question}`, {
      cause: error,
    });
  }
  return {
    name,
    options: `--stage ${name}`,
    environment: environmentOf(functionName, configuration, name),
    aws: { dynamoDB: { region }, secretsManager: { region } },
    replaceProcesses: () =>
      replaceProcesses(
        clients,
        SIGNING_FUNCTIONS.map((signing) => `${stack}-${signing}`),
      ),
  };
}

/** Reads the environment of a deployed rotation function. Another version of Layermint may have written it. */
function environmentOf(
  functionName: string,
  { Environment }: FunctionConfiguration,
  stage: string,
): RotationEnvironment {
  try {
    return parseEnvironment(ofRotation, Environment?.Variables ?? {});
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The function ${functionName} does not fit this checkout. Use a checkout of the version that is deployed, or deploy this one: npm run deploy -- --stage ${stage}. ${reason}`,
      { cause: error },
    );
  }
}

/** The description of a function. Of its environment, the rotation reads its own variables alone. */
const Description = z.object({
  environment: z
    .object({ AWS_ENDPOINT_URL_DYNAMODB: LoopbackUrl, AWS_ENDPOINT_URL_SECRETS_MANAGER: LoopbackUrl })
    .catchall(z.string()),
});

/**
 * Finds the service that `npm start` runs on this machine.
 *
 * @param port - the port of its API, if it is not the usual one
 * @throws UsageError if no local stack answers there
 */
export async function localStage(port?: string): Promise<KeysStage> {
  const stack = new LocalStack(port);
  const { environment } = await stack.read(functionPath(ROTATION_FUNCTION), Description);
  return {
    name: 'local',
    options: port === undefined || port === String(DEFAULT_PORT) ? '--local' : `--local --port ${port}`,
    environment: parseEnvironment(ofRotation, environment),
    aws: {
      dynamoDB: stack.aws(environment.AWS_ENDPOINT_URL_DYNAMODB),
      secretsManager: stack.aws(environment.AWS_ENDPOINT_URL_SECRETS_MANAGER),
    },
    replaceProcesses: async () => {
      for (const name of SIGNING_FUNCTIONS) await stack.restart(name);
    },
  };
}
