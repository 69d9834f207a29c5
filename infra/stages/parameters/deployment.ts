import type { ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';
import { stackName } from '../stack-name.ts';
import { tags } from '../tags.ts';

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
          (arn) => !arn.includes(`/${stackName(stage)}-`),
          'must not begin with the name of the stack: the role could then change its own rights',
        ),
      allowed: 'the ARN of an IAM role',
      does: 'The role with which CloudFormation changes the stack. See [below](#the-rights-to-deploy).',
    },
  },
};
