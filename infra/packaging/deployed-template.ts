import {
  CloudFormationClient,
  GetTemplateCommand,
  type CloudFormationClientConfig,
} from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import type { DeployedResources } from './template/after-first-deployment.ts';

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      DeletionPolicy: z.string().optional(),
      Properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

const NoStack = z.object({ name: z.literal('ValidationError'), message: z.string().regex(/does not exist/) });

/** Reads the resources in the text of a template, JSON. @throws Error if it is not one */
export const resourcesIn = (template: string): DeployedResources =>
  Template.parse(JSON.parse(template)).Resources;

/**
 * Reads the resources of the template with which a stack was deployed last.
 *
 * @param config - region, credentials and the like, as the Serverless CLI uses them
 * @returns undefined if there is no such stack
 * @throws the SDK's error, for example if the caller must not call `cloudformation:GetTemplate`
 */
export async function readDeployedResources(
  stackName: string,
  config: CloudFormationClientConfig,
): Promise<DeployedResources | undefined> {
  const client = new CloudFormationClient(config);
  try {
    const command = new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' });
    const { TemplateBody = '{"Resources": {}}' } = await client.send(command);
    return resourcesIn(TemplateBody);
  } catch (error) {
    if (NoStack.safeParse(error).success) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
