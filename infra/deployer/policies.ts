import type { FinishedTemplate } from '../packaging/template/finished-template.ts';
import type { Context, Place, Right, RightsOf } from './right.ts';
import { FUNCTIONS } from './rights/functions.ts';
import { onZips, STORAGE } from './rights/storage.ts';
import { SURROUNDINGS } from './rights/surroundings.ts';

/** The rights of every type of resource that a stack can have. */
const RIGHTS: Readonly<Record<string, RightsOf>> = { ...FUNCTIONS, ...STORAGE, ...SURROUNDINGS };

/** An IAM policy. */
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/** The policies with which a stage is deployed, updated and removed. */
export interface Policies {
  /** For the deployer: the stack, and the bucket of the zips. */
  readonly deployer: Policy;
  /** For the deployment role of the stage, or for the deployer too if there is none: the resources of the stack. */
  readonly resources: Policy;
}

/** Lists the types of a template's resources for which the rights are unknown. */
export function typesWithoutRights({ Resources }: FinishedTemplate): string[] {
  const types = new Set(Object.values(Resources).map(({ Type }) => Type));
  return [...types].filter((type) => RIGHTS[type] === undefined).sort();
}

const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

/** Joins the rights that have the same key. */
function joined(
  rights: readonly Right[],
  keyOf: (right: Right) => unknown,
  join: (one: Right, other: Right) => Right,
): Right[] {
  const found = new Map<string, Right>();
  for (const right of rights) {
    const key = JSON.stringify(keyOf(right));
    const before = found.get(key);
    found.set(key, before === undefined ? right : join(before, right));
  }
  return [...found.values()];
}

/** Joins rights to the same resources, and then equal rights to different resources, so that the policy stays short. */
function statementsOf(rights: readonly Right[]): Policy['Statement'] {
  const byResources = joined(
    rights,
    ({ resources, condition }) => [resources, condition],
    (one, other) => ({ ...one, actions: [...one.actions, ...other.actions] }),
  ).map((right) => ({ ...right, actions: sorted(right.actions) }));
  const byActions = joined(
    byResources,
    ({ actions, condition }) => [actions, condition],
    (one, other) => ({ ...one, resources: [...one.resources, ...other.resources] }),
  );
  return byActions.map(({ actions, resources, condition }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: sorted(resources),
    ...(condition && { Condition: condition }),
  }));
}

const policyOf = (rights: readonly Right[]): Policy => ({
  Version: '2012-10-17',
  Statement: statementsOf(rights),
});

/** The rights of the Serverless CLI on the stack. */
const onStack = ({ arn, stack }: Context): Right[] => [
  {
    actions: [
      'CreateChangeSet',
      'CreateStack',
      'DeleteChangeSet',
      'DeleteStack',
      'DescribeChangeSet',
      'DescribeStackEvents',
      'DescribeStackResource',
      'DescribeStackResources',
      'DescribeStacks',
      'ExecuteChangeSet',
      'GetTemplate',
      'ListStackResources',
      'SetStackPolicy',
      'TagResource',
      'UntagResource',
      'UpdateStack',
      'UpdateTerminationProtection',
    ].map((action) => `cloudformation:${action}`),
    resources: [arn('cloudformation', `stack/${stack}/*`)],
  },
  { actions: ['cloudformation:ValidateTemplate'], resources: ['*'] },
];

/**
 * The rights of the commands apart from the stack. The Serverless CLI looks whether a function has changed, and passes the stage's
 * role. `npm run deploy` returns the aliases that an emergency has moved.
 */
const ofCli = ({ arn, stack, template }: Context, role: string | undefined): Right[] => [
  { actions: ['lambda:GetFunction'], resources: [arn('lambda', `function:${stack}-*`)] },
  ...(Object.values(template.Resources).some(({ Type }) => Type === 'AWS::Lambda::Alias')
    ? [
        {
          actions: ['lambda:GetAlias', 'lambda:GetFunctionConfiguration', 'lambda:UpdateAlias'],
          resources: [arn('lambda', `function:${stack}-*`)],
        },
      ]
    : []),
  ...(role === undefined
    ? []
    : [
        {
          actions: ['iam:PassRole'],
          resources: [role],
          condition: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
        },
      ]),
];

/**
 * Makes the policies for a stage from its packaged template. They allow the actions that the template's types of resources need,
 * on resources with the name of the stack if AWS supports that.
 *
 * @param deploymentRoleArn - the stage's deployment role, if it has one
 * @throws Error that names the types of resources without known rights
 */
export function policiesOf(template: FinishedTemplate, place: Place, deploymentRoleArn?: string): Policies {
  const unknown = typesWithoutRights(template);
  if (unknown.length > 0) throw new Error(`infra/deployer/rights has no rights for ${unknown.join(', ')}.`);
  const { partition, region, account } = place;
  const everything = Object.values(template.Resources);
  const contextOf = (type?: string): Context => ({
    ...place,
    template,
    resources: everything.filter(({ Type }) => Type === type),
    arn: (service, resource) => `arn:${partition}:${service}:${region}:${account}:${resource}`,
  });
  const types = sorted(everything.map(({ Type }) => Type));
  const context = contextOf();
  return {
    deployer: policyOf([...onStack(context), ...onZips(context), ...ofCli(context, deploymentRoleArn)]),
    resources: policyOf(types.flatMap((type) => RIGHTS[type]?.(contextOf(type)) ?? [])),
  };
}
