import { namesOf } from '../../stages/stack-name.ts';
import { named, type Context, type Right, type RightsOf } from '../right.ts';

/** The functions, which the Serverless CLI names. */
const functions = ({ arn, stack }: Context): string => arn('lambda', `function:${stack}-*`);

const roles = ({ partition, account, stack }: Context): string =>
  `arn:${partition}:iam::${account}:role/${namesOf(stack)}`;

/** Lists the boundaries of the template's roles; none if a role has none. */
function boundariesOf({ resources }: Context): readonly string[] {
  const boundaries = resources.map(({ Properties }) => Properties?.['PermissionsBoundary']);
  const found = boundaries.filter((it) => typeof it === 'string');
  return found.length === boundaries.length ? [...new Set(found)] : [];
}

/**
 * If the stage has a boundary, its deployer can create no role without it, cannot take it from a role, and can give rights to no role
 * without it: the pipeline's own role could have a name that begins as those of the stack do.
 */
function boundaryRights(context: Context): Right[] {
  const resources = [roles(context)];
  const boundaries = boundariesOf(context);
  if (boundaries.length === 0)
    return [
      {
        actions: [
          'iam:CreateRole',
          'iam:DeleteRolePermissionsBoundary',
          'iam:PutRolePermissionsBoundary',
          'iam:PutRolePolicy',
        ],
        resources,
      },
    ];
  return [
    {
      actions: ['iam:CreateRole', 'iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'],
      resources,
      condition: { StringEquals: { 'iam:PermissionsBoundary': boundaries } },
    },
  ];
}

/** Lists the services to which the stack passes roles. */
const passedTo = ({ template, partition, region }: Context): string[] => {
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  if (!types.includes('AWS::CodeDeploy::DeploymentGroup')) return ['lambda.amazonaws.com'];
  // The second name is the one of the role's trust policy in China.
  const inChina = partition === 'aws-cn' ? [`codedeploy.${region}.amazonaws.com.cn`] : [];
  return ['lambda.amazonaws.com', 'codedeploy.amazonaws.com', ...inChina];
};

const role: RightsOf = (context) => [
  {
    actions: [
      'iam:DeleteRole',
      'iam:DeleteRolePolicy',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListRolePolicies',
      'iam:TagRole',
      'iam:UntagRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateRole',
    ],
    resources: [roles(context)],
  },
  ...boundaryRights(context),
  {
    actions: ['iam:PassRole'],
    resources: [roles(context)],
    condition: { StringEquals: { 'iam:PassedToService': passedTo(context) } },
  },
];

const lambda =
  (...actions: readonly string[]): RightsOf =>
  (context) => [{ actions: actions.map((action) => `lambda:${action}`), resources: [functions(context)] }];

const inNetwork: RightsOf = ({ resources }) =>
  resources.some(({ Properties }) => Properties?.['VpcConfig'] !== undefined)
    ? [
        {
          actions: [
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSecurityGroups',
            'ec2:DescribeSubnets',
            'ec2:DescribeVpcs',
          ],
          resources: ['*'],
        },
      ]
    : [];

const lambdaFunction: RightsOf = (context) => [
  ...lambda(
    'CreateFunction',
    'DeleteFunction',
    'DeleteFunctionConcurrency',
    'GetFunction',
    'GetFunctionCodeSigningConfig',
    'GetFunctionConfiguration',
    'GetFunctionRecursionConfig',
    'GetRuntimeManagementConfig',
    'ListTags',
    'PutFunctionConcurrency',
    'TagResource',
    'UntagResource',
    'UpdateFunctionCode',
    'UpdateFunctionConfiguration',
  )(context),
  ...inNetwork(context),
];

const codeDeploy =
  (prefix: string, ...actions: readonly string[]): RightsOf =>
  (context) => [
    {
      actions: actions.map((action) => `codedeploy:${action}`),
      resources: [named(context, 'codedeploy', prefix)],
    },
  ];

const deploymentGroup: RightsOf = (context) => [
  ...codeDeploy(
    'deploymentgroup:',
    'CreateDeployment',
    'CreateDeploymentGroup',
    'DeleteDeploymentGroup',
    'GetDeployment',
    'GetDeploymentGroup',
    'ListTagsForResource',
    'StopDeployment',
    'TagResource',
    'UntagResource',
    'UpdateDeploymentGroup',
  )(context),
  {
    actions: ['codedeploy:GetDeploymentConfig'],
    resources: [context.arn('codedeploy', 'deploymentconfig:*')],
  },
];

/** The rights for functions, their roles and the ways to invoke and replace them. */
export const FUNCTIONS: Readonly<Record<string, RightsOf>> = {
  'AWS::IAM::Role': role,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': lambda('AddPermission', 'GetPolicy', 'RemovePermission'),
  'AWS::Lambda::EventInvokeConfig': lambda(
    'DeleteFunctionEventInvokeConfig',
    'GetFunctionEventInvokeConfig',
    'PutFunctionEventInvokeConfig',
    'UpdateFunctionEventInvokeConfig',
  ),
  'AWS::Lambda::Version': lambda(
    'DeleteFunction',
    'GetFunction',
    'GetProvisionedConcurrencyConfig',
    'ListVersionsByFunction',
    'PublishVersion',
  ),
  'AWS::Lambda::Alias': lambda('CreateAlias', 'DeleteAlias', 'GetAlias', 'UpdateAlias'),
  'AWS::CodeDeploy::Application': codeDeploy(
    'application:',
    'CreateApplication',
    'DeleteApplication',
    'GetApplication',
    'GetApplicationRevision',
    'ListTagsForResource',
    'RegisterApplicationRevision',
    'TagResource',
    'UntagResource',
    'UpdateApplication',
  ),
  'AWS::CodeDeploy::DeploymentGroup': deploymentGroup,
};
