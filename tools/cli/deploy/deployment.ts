import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ofStage, readStages, stackName, type Stages } from '../../../infra/stages/stages.ts';
import { assertDeployable } from './deployable.ts';
import { isMissing, unreadable } from './stage-stack.ts';

/**
 * Finds a deployed stage's API.
 *
 * @param stages - infra/stages/stages.yml unless given
 * @returns the API's address, from the outputs of the stage's CloudFormation stack
 * @throws UsageError if there is no such stage; Error if its stack cannot be read or has no API
 */
export async function findDeployment(stage: string, stages?: Stages): Promise<string> {
  const { value } = await readOutput(stage, 'ApiUrl', stages);
  return value;
}

/** A deployed stage's DynamoDB table. */
export interface DeployedTable {
  readonly name: string;
  readonly region: string;
}

/**
 * Finds a deployed stage's DynamoDB table, from the outputs of the stage's CloudFormation stack.
 *
 * @throws UsageError if there is no such stage; Error if its stack cannot be read or has no table
 */
export async function findTable(stage: string): Promise<DeployedTable> {
  const { value, region } = await readOutput(stage, 'TableName');
  return { name: value, region };
}

/** The log group of a deployed stage's audit log. */
export interface DeployedLogGroup {
  readonly name: string;
  readonly region: string;
}

/**
 * Finds the log group of a deployed stage's audit log, from the outputs of the stage's CloudFormation stack.
 *
 * @param stages - infra/stages/stages.yml unless given
 * @throws UsageError if there is no such stage; Error if its stack cannot be read or has no audit log
 */
export async function findAuditLogGroup(stage: string, stages?: Stages): Promise<DeployedLogGroup> {
  const { value, region } = await readOutput(stage, 'AuditLogGroup', stages);
  return { name: value, region };
}

async function readOutput(
  stage: string,
  key: 'ApiUrl' | 'TableName' | 'AuditLogGroup',
  given?: Stages,
): Promise<{ readonly value: string; readonly region: string }> {
  const stages = given ?? (await readStages());
  assertDeployable(stage, stages);
  const region = String(ofStage(stages, stage)['region']);
  const name = stackName(stage);
  const client = new CloudFormationClient({ region });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const value = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    if (value !== undefined) return { value, region };
  } catch (error) {
    if (!isMissing(error)) throw unreadable(name, region, error);
    throw new Error(
      `There is no CloudFormation stack ${name} in ${region}. Deploy the stage first: npm run deploy -- --stage ${stage}`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
  throw new Error(
    `The CloudFormation stack ${name} in ${region} has no output ${key}: deploy the stage first.`,
  );
}
