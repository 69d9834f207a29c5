import * as z from 'zod';
import { namesOf } from '../../stages/stack-name.ts';
import { named, type Context, type Right, type RightsOf } from '../right.ts';
import { distribution } from './distribution.ts';

const VERBS = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'];

/** The rights to everything under a path of API Gateway, which makes up the ids of its resources. */
const apiGateway =
  (...paths: readonly string[]): RightsOf =>
  ({ partition, region }) => [
    {
      actions: VERBS.map((verb) => `apigateway:${verb}`),
      resources: paths.map((path) => `arn:${partition}:apigateway:${region}::${path}`),
    },
  ];

const api = apiGateway('/apis', '/apis/*', '/tags/*');

/** A stage with an access log, for which API Gateway makes a log delivery. CloudWatch Logs supports no narrower resource. */
const apiStage: RightsOf = (context) => [
  ...api(context),
  {
    actions: [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
    ],
    resources: ['*'],
  },
];

const domainName: RightsOf = (context) => [
  ...apiGateway('/domainnames', '/domainnames/*', '/tags/*')(context),
  // For the first domain of the account.
  {
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [
      `arn:${context.partition}:iam::${context.account}:role/aws-service-role/ops.apigateway.amazonaws.com/*`,
    ],
    condition: { StringEquals: { 'iam:AWSServiceName': 'ops.apigateway.amazonaws.com' } },
  },
];

const record: RightsOf = ({ partition, resources }) => {
  const zones = resources.map(({ Properties }) => String(Properties?.['HostedZoneId']));
  return [
    {
      actions: [
        'route53:ChangeResourceRecordSets',
        'route53:GetHostedZone',
        'route53:ListResourceRecordSets',
      ],
      resources: [...new Set(zones)].map((zone) => `arn:${partition}:route53:::hostedzone/${zone}`),
    },
    { actions: ['route53:GetChange'], resources: [`arn:${partition}:route53:::change/*`] },
  ];
};

/** A name of which CloudFormation fills in the last parts (infra/packaging/template/log-groups.ts). */
const Joined = z.object({ 'Fn::Join': z.tuple([z.string(), z.tuple([z.string()], z.unknown())]) });

/** Makes the pattern of a log group's name. CloudFormation makes up the whole name of a function's group. */
function logGroupName(name: unknown, stack: string): string {
  if (name === undefined) return namesOf(stack);
  if (typeof name === 'string') return name;
  const [separator, [begin]] = Joined.parse(name)['Fn::Join'];
  return `${begin}${separator}*`;
}

function logGroups({ resources, stack, arn }: Context): string[] {
  const names = resources.map(({ Properties }) => logGroupName(Properties?.['LogGroupName'], stack));
  // A pattern that ends with `*` also matches the group's streams.
  return [...new Set(names)].flatMap((name) =>
    (name.endsWith('*') ? [name] : [name, `${name}:*`]).map((it) => arn('logs', `log-group:${it}`)),
  );
}

const logGroup: RightsOf = (context) => [
  {
    actions: [
      'logs:AssociateKmsKey',
      'logs:CreateLogGroup',
      'logs:DeleteLogGroup',
      'logs:DeleteRetentionPolicy',
      'logs:DescribeIndexPolicies',
      'logs:DisassociateKmsKey',
      'logs:GetDataProtectionPolicy',
      'logs:ListTagsForResource',
      'logs:PutRetentionPolicy',
      'logs:TagResource',
      'logs:UntagResource',
    ],
    resources: logGroups(context),
  },
  { actions: ['logs:DescribeLogGroups'], resources: ['*'] },
];

/** The filters of the stack's log groups. */
const metricFilter: RightsOf = ({ template, ...context }) => {
  const groups = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Logs::LogGroup');
  return [
    {
      actions: ['logs:DeleteMetricFilter', 'logs:DescribeMetricFilters', 'logs:PutMetricFilter'],
      resources: logGroups({ ...context, template, resources: groups }),
    },
  ];
};

/** The rights to pass lines of the functions' logs on. CloudFormation makes up the names of these log groups. */
const subscription: RightsOf = ({ stack, arn }) => [
  {
    actions: [
      'logs:DeleteSubscriptionFilter',
      'logs:DescribeSubscriptionFilters',
      'logs:PutSubscriptionFilter',
    ],
    resources: [arn('logs', `log-group:${namesOf(stack)}`)],
  },
];

const on = (service: string, prefix: string, context: Context, ...actions: readonly string[]): Right[] => [
  { actions: actions.map((action) => `${service}:${action}`), resources: [named(context, service, prefix)] },
];

const rule: RightsOf = (context) =>
  on(
    'events',
    'rule/',
    context,
    'DeleteRule',
    'DescribeRule',
    'DisableRule',
    'EnableRule',
    'ListTagsForResource',
    'ListTargetsByRule',
    'PutRule',
    'PutTargets',
    'RemoveTargets',
    'TagResource',
    'UntagResource',
  );

const alarm: RightsOf = (context) => [
  ...on(
    'cloudwatch',
    'alarm:',
    context,
    'DeleteAlarms',
    'ListTagsForResource',
    'PutMetricAlarm',
    'TagResource',
    'UntagResource',
  ),
  { actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] },
];

/** The ARN of a dashboard has no region. */
const dashboard: RightsOf = ({ partition, account, stack }) => [
  {
    actions: ['cloudwatch:DeleteDashboards', 'cloudwatch:GetDashboard', 'cloudwatch:PutDashboard'],
    resources: [`arn:${partition}:cloudwatch::${account}:dashboard/${stack}`],
  },
];

const queue: RightsOf = (context) =>
  on(
    'sqs',
    '',
    context,
    'CreateQueue',
    'DeleteQueue',
    'GetQueueAttributes',
    'GetQueueUrl',
    'ListQueueTags',
    'SetQueueAttributes',
    'TagQueue',
    'UntagQueue',
  );

/** The rights for the API, logs, events and queues. */
export const SURROUNDINGS: Readonly<Record<string, RightsOf>> = {
  'AWS::ApiGatewayV2::Api': api,
  'AWS::ApiGatewayV2::Authorizer': api,
  'AWS::ApiGatewayV2::Integration': api,
  'AWS::ApiGatewayV2::Route': api,
  'AWS::ApiGatewayV2::Stage': apiStage,
  'AWS::ApiGatewayV2::DomainName': domainName,
  'AWS::ApiGatewayV2::ApiMapping': apiGateway('/domainnames/*'),
  'AWS::CloudFront::Distribution': distribution,
  'AWS::Route53::RecordSet': record,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::MetricFilter': metricFilter,
  'AWS::Logs::SubscriptionFilter': subscription,
  'AWS::Events::Rule': rule,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::Dashboard': dashboard,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': (context) => on('sqs', '', context, 'GetQueueAttributes', 'SetQueueAttributes'),
};
