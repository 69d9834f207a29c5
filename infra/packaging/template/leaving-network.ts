import type { DeployedResources } from './after-first-deployment.ts';
import type { FinishedTemplate } from './finished-template.ts';

/** Tells whether any resource is a function in a VPC. */
const hasInside = (resources: DeployedResources | FinishedTemplate['Resources']): boolean =>
  Object.values(resources).some(({ Properties }) => Properties?.['VpcConfig'] !== undefined);

/**
 * Refuses a deployment in which the functions leave their VPC and lose at once the right to delete its network interfaces. Lambda
 * deletes them with that right, but only after the deployment. Without it they stay, and so do the subnets and the security groups.
 *
 * @param deployed - undefined if there is no stack yet
 * @throws Error that names the step before
 */
export function checkLeavingNetwork(
  { Resources }: FinishedTemplate,
  deployed: DeployedResources | undefined,
): void {
  if (deployed === undefined || !hasInside(deployed) || hasInside(Resources)) return;
  const canDelete = JSON.stringify(Resources).includes('ec2:DeleteNetworkInterface');
  if (canDelete) return;
  throw new Error(
    'vpc: the deployed functions are still in their VPC, and Lambda needs the rights of their roles to delete the network interfaces. First deploy with vpc and with vpcFunctions: none (docs/operations.md, "Remove the private network").',
  );
}
