/** A default quota of AWS, for an account in a region unless its name says otherwise. */
export interface AwsQuota {
  /** The name as AWS has it, with the service. */
  readonly name: string;
  readonly limit: number;
  /** The unit of the limit. */
  readonly unit: string;
  /** The name in the console of Service Quotas, by which more can be asked for; absent = AWS raises it for nobody. */
  readonly adjustable?: string;
  /** The title of AWS's page with the figure. */
  readonly page: string;
  readonly url: string;
}

const DEVELOPER_GUIDE = 'https://docs.aws.amazon.com';
const LAMBDA = `${DEVELOPER_GUIDE}/lambda/latest/dg`;
const DYNAMODB = `${DEVELOPER_GUIDE}/amazondynamodb/latest/developerguide`;

const ON_DEMAND = {
  page: 'Why is my on-demand DynamoDB table being throttled?',
  url: 'https://repost.aws/knowledge-center/on-demand-table-throttling-dynamodb',
};
const API_GATEWAY = {
  page: 'Amazon API Gateway quotas',
  url: `${DEVELOPER_GUIDE}/apigateway/latest/developerguide/limits.html`,
};
const TABLE = { page: 'Quotas in Amazon DynamoDB', url: `${DYNAMODB}/ServiceQuotas.html` };

/**
 * The quotas that minting uses. This is the one place for their figures: the costs (tools/cost) and the load model take them from here.
 * They were read on 2026-11-27 in stored copies of the pages. The pages themselves could not be opened, and AWS changes quotas.
 */
export const AWS_QUOTAS = {
  apiGatewayRate: {
    name: 'API Gateway: requests to all APIs',
    limit: 10_000,
    unit: 'requests a second; 2,500 in newer regions',
    adjustable: 'Throttle rate',
    ...API_GATEWAY,
  },
  apiGatewayBurst: {
    name: 'API Gateway: requests at the same moment',
    limit: 5000,
    unit: 'requests; 1,250 in newer regions',
    ...API_GATEWAY,
  },
  lambdaConcurrency: {
    name: 'Lambda: concurrent executions',
    limit: 1000,
    unit: 'at once; new accounts have less',
    adjustable: 'Concurrent executions',
    page: 'Lambda quotas',
    url: `${LAMBDA}/gettingstarted-limits.html`,
  },
  lambdaInvocations: {
    name: 'Lambda: invocations a second for each concurrent execution',
    limit: 10,
    unit: 'invocations a second',
    page: 'Understanding Lambda function scaling',
    url: `${LAMBDA}/lambda-concurrency.html`,
  },
  lambdaScaling: {
    name: 'Lambda: new processes of a function',
    limit: 1000,
    unit: 'in 10 seconds',
    page: 'Lambda scaling behavior',
    url: `${LAMBDA}/scaling-behavior.html`,
  },
  newTableReads: {
    name: 'DynamoDB: reads of a new table',
    limit: 12_000,
    unit: 'read units a second; the double of an earlier peak later',
    ...ON_DEMAND,
  },
  newTableWrites: {
    name: 'DynamoDB: writes of a new table',
    limit: 4000,
    unit: 'write units a second; the double of an earlier peak later',
    ...ON_DEMAND,
  },
  tableReads: {
    name: 'DynamoDB: reads of a table',
    limit: 40_000,
    unit: 'read units a second',
    adjustable: 'Table-level read throughput limit',
    ...TABLE,
  },
  tableWrites: {
    name: 'DynamoDB: writes of a table',
    limit: 40_000,
    unit: 'write units a second',
    adjustable: 'Table-level write throughput limit',
    ...TABLE,
  },
  partitionReads: {
    name: 'DynamoDB: reads of a partition',
    limit: 3000,
    unit: 'read units a second',
    ...ON_DEMAND,
  },
  partitionWrites: {
    name: 'DynamoDB: writes of a partition',
    limit: 1000,
    unit: 'write units a second',
    ...ON_DEMAND,
  },
  secretReads: {
    name: 'Secrets Manager: GetSecretValue and DescribeSecret',
    limit: 10_000,
    unit: 'calls a second',
    page: 'AWS Secrets Manager quotas',
    url: `${DEVELOPER_GUIDE}/secretsmanager/latest/userguide/reference_limits.html`,
  },
  kmsDecrypt: {
    name: 'KMS: cryptographic operations with symmetric keys',
    limit: 5500,
    unit: 'calls a second; 10,000 or more in many regions',
    adjustable: 'Cryptographic operations (symmetric) request rate',
    page: 'Request quotas',
    url: `${DEVELOPER_GUIDE}/kms/latest/developerguide/requests-per-second.html`,
  },
  putLogEvents: {
    name: 'CloudWatch Logs: PutLogEvents',
    limit: 5000,
    unit: 'calls a second',
    adjustable: 'PutLogEvents throttle limit in transactions per second',
    page: 'CloudWatch Logs quotas',
    url: `${DEVELOPER_GUIDE}/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html`,
  },
} as const satisfies Readonly<Record<string, AwsQuota>>;

/** The name of a quota in {@link AWS_QUOTAS}. */
export type AwsQuotaName = keyof typeof AWS_QUOTAS;
