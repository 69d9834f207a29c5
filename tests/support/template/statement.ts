/** A statement of an IAM policy in a CloudFormation template. */
export type Statement = Readonly<Record<string, unknown>>;

/** Makes a statement that allows actions. */
export const allow = (
  Action: string | readonly string[],
  Resource: unknown,
  Condition?: object,
): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** Lambda's own requests, and none of the function's code; infra/stack/permissions/network-interfaces.yml has the reason. */
const byLambdaItself = { Null: { 'lambda:SourceFunctionArn': 'true' } };

/** The rights of a function in a VPC. */
export const NETWORK_INTERFACES = allow(
  [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  '*',
  byLambdaItself,
);

/** The rights of a function that has left its VPC. */
export const LEFT_NETWORK_INTERFACES = allow(
  ['ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface', 'ec2:UnassignPrivateIpAddresses'],
  '*',
  byLambdaItself,
);

/** The rights of a function that X-Ray traces. */
export const TRACES = allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*');
