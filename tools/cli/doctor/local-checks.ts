import * as z from 'zod';
import { ofStage, readStages } from '../../../infra/stages/stages.ts';
import { parameterOf } from '../../../infra/stages/parameters.ts';
import { DEFAULT_PORT } from '../../local/stack/command-line.ts';
import { FULL_DESCRIPTION_PATH, functionPath } from '../../local/stack/routes/paths.ts';
import { ROTATION_FUNCTION } from '../../rotation-function.ts';
import { LocalStack, LoopbackUrl } from '../local-stack.ts';
import { checksOfService } from './after-deploying.ts';
import { checksAround } from './before-deploying.ts';
import { awsIn, type CheckedStage } from './checked-stage.ts';
import type { Finding } from './finding.ts';

/** The part of the local stack's description that the checks need. */
const Description = z.object({ issuer: LoopbackUrl });

/** The description of a function. */
const FunctionDescription = z.object({ environment: z.record(z.string(), z.string()) });

/** The endpoints and the resources of the stack, in the environment of the rotation function. */
const Resources = z.object({
  AWS_ENDPOINT_URL_DYNAMODB: LoopbackUrl,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: LoopbackUrl,
  DOCUMENT_ENGINE_URL: LoopbackUrl,
  TABLE_NAME: z.string(),
  SIGNING_KEY_SECRET_ARN: z.string(),
});

/** The options of a check of the local stack. */
export interface LocalOptions {
  /** The port of its API, if it is not the usual one. */
  readonly port: string | undefined;
  /** Without one, the token of a demo user is checked. */
  readonly callerToken: string | undefined;
  /** The demo user; `alice` unless given. */
  readonly user: string | undefined;
}

/**
 * Checks the service that `npm start` runs on this machine. It has no CloudFormation, no Lambda and no KMS, so those checks are
 * left out.
 *
 * @yields one finding per check, as it is made
 * @throws UsageError if no local stack of this folder answers, or it has no such user
 */
export async function* checksOfLocalStack(options: LocalOptions): AsyncGenerator<Finding> {
  const { port, callerToken, user } = options;
  const stack = new LocalStack(port);
  const { issuer } = await stack.read(FULL_DESCRIPTION_PATH, Description);
  const rotating = await stack.read(functionPath(ROTATION_FUNCTION), FunctionDescription);
  const minting = await stack.read(functionPath('mintToken'), FunctionDescription);
  const resources = Resources.parse(rotating.environment);
  const token = callerToken ?? (await stack.signIn(user ?? 'alice')).callerToken;

  const set = Object.entries({ ...rotating.environment, ...minting.environment }).flatMap(
    ([variable, value]) => {
      const parameter = parameterOf(variable);
      return parameter === undefined ? [] : [[parameter, value] as const];
    },
  );
  const base = awsIn('us-east-1');
  const stage: CheckedStage = {
    name: 'local',
    isLocal: true,
    options: port === undefined || port === String(DEFAULT_PORT) ? '--local' : `--local --port ${port}`,
    parameters: {
      ...ofStage(await readStages(), 'local'),
      ...Object.fromEntries(set),
      issuer,
      // The stack makes this secret itself.
      signingKeySecretArn: undefined,
    },
    aws: {
      ...base,
      secretsManager: stack.aws(resources.AWS_ENDPOINT_URL_SECRETS_MANAGER),
      dynamoDB: stack.aws(resources.AWS_ENDPOINT_URL_DYNAMODB),
    },
  };
  const entries = yield* checksAround(stage, { token, isDemo: callerToken === undefined });
  const deployed = {
    api: stack.api,
    tableName: resources.TABLE_NAME,
    signingKeySecretArn: resources.SIGNING_KEY_SECRET_ARN,
  };
  yield* checksOfService(stage, deployed, entries);
}
