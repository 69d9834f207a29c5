import {
  CloudFormationClient,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { inventoryOf, type DeployedResource, type Inventory } from './inventory.ts';

/**
 * Reads the resources of a deployed stack and their deletion policies.
 *
 * @param name - of the stack
 * @throws Error that names the stack and the reason
 */
export async function readInventory(name: string, region: string): Promise<Inventory> {
  const client = new CloudFormationClient({ region });
  try {
    const { TemplateBody = '{"Resources":{}}' } = await client.send(
      new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }),
    );
    const resources: DeployedResource[] = [];
    for await (const page of paginateListStackResources({ client }, { StackName: name })) {
      for (const {
        LogicalResourceId,
        ResourceType,
        PhysicalResourceId,
        ResourceStatus,
      } of page.StackResourceSummaries ?? []) {
        if (ResourceStatus === 'DELETE_COMPLETE' || PhysicalResourceId === undefined) continue;
        resources.push({
          logicalId: LogicalResourceId ?? '',
          type: ResourceType ?? '',
          name: PhysicalResourceId,
        });
      }
    }
    return inventoryOf(TemplateBody, resources);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The resources of the stack ${name} in ${region} cannot be read: ${reason}`, {
      cause: error,
    });
  } finally {
    client.destroy();
  }
}
