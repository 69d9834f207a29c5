import * as z from 'zod';
import { oneOf, type ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';
import { namesOf, stackName } from '../stack-name.ts';
import { tags } from '../tags.ts';

/**
 * The ways to shift traffic to a new version: `off`, and CodeDeploy's predefined ones for Lambda. CodeDeploy's own name of each is
 * `CodeDeployDefault.Lambda` and this one (CodeDeploy User Guide, "Working with deployment configurations").
 */
export const TRAFFIC_SHIFTS = [
  'off',
  'AllAtOnce',
  'Canary10Percent5Minutes',
  'Canary10Percent10Minutes',
  'Canary10Percent15Minutes',
  'Canary10Percent30Minutes',
  'Linear10PercentEvery1Minute',
  'Linear10PercentEvery2Minutes',
  'Linear10PercentEvery3Minutes',
  'Linear10PercentEvery10Minutes',
] as const;

/** Tells whether CodeDeploy makes the deployments of a stage, by its parameter `gradualDeployment`. */
export const isByCodeDeploy = (shift: unknown): boolean => shift !== 'off' && shift !== 'AllAtOnce';

/** {@link ParameterGroup} */
export const DEPLOYMENT: ParameterGroup = {
  title: 'The deployment',
  parameters: {
    tags: {
      otherwise: 'none',
      value: () => tags,
      allowed: '`{name: value, …}`',
      does: 'The tags of the stack and of each of its resources. See [below](#tags).',
    },
    permissionsBoundaryArn: {
      otherwise: 'none',
      value: () => values.policyArn,
      allowed: 'the ARN of an IAM policy',
      does: 'The permissions boundary of every role that the stack creates.',
    },
    deploymentRoleArn: {
      otherwise: "the deployer's own rights",
      value: (stage) =>
        values.roleArn.refine(
          (arn) => !arn.includes(`/${namesOf(stackName(stage)).replace('*', '')}`),
          'must not begin as the names in the stack do: the role could then change its own rights',
        ),
      allowed: 'the ARN of an IAM role',
      does: 'The role with which CloudFormation changes the stack. See [below](#the-rights-to-deploy).',
    },
    gradualDeployment: {
      default: 'off',
      value: (stage) =>
        stage === 'local'
          ? z.literal('off', "must be 'off': the local stack has no versions of functions")
          : z.enum(TRAFFIC_SHIFTS, `must be one of ${TRAFFIC_SHIFTS.join(', ')}`),
      allowed: oneOf(TRAFFIC_SHIFTS).replace('`off`', "`'off'`"),
      does: 'The way in which requests move to a new version of the functions, with a rollback by alarm. See [below](#gradual-deployment).',
    },
  },
};
