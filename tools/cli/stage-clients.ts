import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { stackName } from '../../infra/stages/stages.ts';

/** The AWS clients of a deployed stage, and the name of its CloudFormation stack. */
export interface StageClients {
  readonly lambda: LambdaClient;
  readonly cloudFormation: CloudFormationClient;
  readonly stack: string;
  readonly region: string;
}

/** Makes the clients of a stage. The SDK finds the credentials when they are used. */
export function stageClients(stage: string, region: string): StageClients {
  return {
    lambda: new LambdaClient({ region }),
    cloudFormation: new CloudFormationClient({ region }),
    stack: stackName(stage),
    region,
  };
}
