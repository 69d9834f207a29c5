import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { NEVER_DEPLOYED, ofStage, readStages, stackName } from '../packaging/stages.ts';
import { UsageError } from './command.ts';

/**
 * Finds a deployed stage's API.
 *
 * @returns the API's address, from the outputs of the stage's CloudFormation stack
 * @throws UsageError when there is no such stage; Error when its stack cannot be read or has no API
 */
export async function findDeployment(stage: string): Promise<string> {
  const stages = await readStages();
  const deployable = Object.keys(stages).filter((name) => !NEVER_DEPLOYED.includes(name));
  if (!deployable.includes(stage)) {
    throw new UsageError(
      `"${stage}" is no stage that can be deployed. Those of infra/stages.yml are: ${deployable.join(', ') || 'none yet'}.`,
    );
  }
  const { region } = ofStage(stages, stage);
  const name = stackName(stage);
  const client = new CloudFormationClient({ region: String(region) });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const api = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'ApiUrl')?.OutputValue;
    if (api !== undefined) return api;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The CloudFormation stack ${name} in ${String(region)} cannot be read: ${reason}`, {
      cause: error,
    });
  } finally {
    client.destroy();
  }
  throw new Error(
    `The CloudFormation stack ${name} in ${String(region)} has no output ApiUrl: deploy the stage first.`,
  );
}
