/** A price of AWS, in US dollars before tax, without any free tier. */
export interface Price {
  readonly usd: number;
  /** The number of units that the price is for. */
  readonly per: number;
  readonly unit: string;
  /** AWS's own page with the price that counts. */
  readonly page: string;
  /** The place in which the price was read, and the date of that text, if it has one. AWS's pages show prices only to browsers. */
  readonly read: string;
}

/** The region of all prices. Others differ by some per cent. */
export const PRICE_REGION = 'us-east-1';

/** The day on which the prices were looked up. */
export const PRICES_LOOKED_UP = '2026-11-26';

const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const API_GATEWAY = 'https://aws.amazon.com/api-gateway/pricing/';
const SECRETS_MANAGER = 'https://aws.amazon.com/secrets-manager/pricing/';
const WAF = 'https://aws.amazon.com/waf/pricing/';
const KMS = 'https://aws.amazon.com/kms/pricing/';

/** The price list. `npm run cost` computes with it alone; to use your region's prices, change them here. */
export const PRICES = {
  apiRequests: {
    usd: 1,
    per: 1_000_000,
    unit: 'requests to an HTTP API, up to 300 million a month',
    page: API_GATEWAY,
    read: 'AWS whitepaper "Best practices for designing API Gateway private APIs", cost optimization, no date; awsforengineers.com, 2025-05-19',
  },
  lambdaRequests: {
    usd: 0.2,
    per: 1_000_000,
    unit: 'invocations',
    page: LAMBDA,
    read: 'git.mcrn.ar/mariano/lambda_local_runner, lambda-13-cost.md, no date',
  },
  lambdaDuration: {
    usd: 0.0000133334,
    per: 1,
    unit: 'GB-seconds on arm64, up to 7.5 billion a month',
    page: LAMBDA,
    read: 'cloudchipr.com/blog/aws-lambda-pricing, 2024',
  },
  readUnits: {
    usd: 0.125,
    per: 1_000_000,
    unit: 'read units, on demand',
    page: DYNAMODB,
    read: 'airbyte.com/data-engineering-resources/dynamodb-pricing, 2025-07-21',
  },
  writeUnits: {
    usd: 0.625,
    per: 1_000_000,
    unit: 'write units, on demand',
    page: DYNAMODB,
    read: 'airbyte.com/data-engineering-resources/dynamodb-pricing, 2025-07-21',
  },
  tableStorage: {
    usd: 0.25,
    per: 1,
    unit: 'GB-months of the table and its indexes',
    page: DYNAMODB,
    read: "a stored copy of AWS's page, no date",
  },
  pointInTimeRecovery: {
    usd: 0.2,
    per: 1,
    unit: 'GB-months of point-in-time recovery, by the size of the table without its indexes',
    page: DYNAMODB,
    read: 'finops.com.py/services/dynamodb/backups, no date',
  },
  logsIngested: {
    usd: 0.5,
    per: 1,
    unit: 'GB of logs written',
    page: CLOUDWATCH,
    read: 'factualminds.com, "Amazon CloudWatch Pricing", 2026-06-13',
  },
  logsStored: {
    usd: 0.03,
    per: 1,
    unit: 'GB-months of logs kept',
    page: CLOUDWATCH,
    read: 'hivebook.wiki, "CloudWatch Logs cost", no date',
  },
  metrics: {
    usd: 0.3,
    per: 1,
    unit: 'metric-months, up to 10,000; an hour without data costs nothing',
    page: CLOUDWATCH,
    read: 'signoz.io/guides/cloudwatch-pricing, 2026-02-15',
  },
  alarms: {
    usd: 0.1,
    per: 1,
    unit: 'months of a metric in an alarm',
    page: CLOUDWATCH,
    read: 'huyanh.click, "Application performance monitoring" workshop, no date',
  },
  dashboards: {
    usd: 3,
    per: 1,
    unit: 'dashboard-months',
    page: CLOUDWATCH,
    read: 'factualminds.com, "Amazon CloudWatch Pricing", 2026-06-13',
  },
  secrets: {
    usd: 0.4,
    per: 1,
    unit: 'secret-months',
    page: SECRETS_MANAGER,
    read: 'hivebook.wiki, "AWS Secrets Manager", no date',
  },
  secretCalls: {
    usd: 0.05,
    per: 10_000,
    unit: 'calls of Secrets Manager',
    page: SECRETS_MANAGER,
    read: 'hivebook.wiki, "AWS Secrets Manager", no date',
  },
  kmsKeys: {
    usd: 1,
    per: 1,
    unit: 'months of a KMS key of your own',
    page: KMS,
    read: "a stored copy of AWS's page, no date",
  },
  kmsCalls: {
    usd: 0.03,
    per: 10_000,
    unit: 'calls of KMS',
    page: KMS,
    read: 'wring.co/blog/aws-kms-pricing-guide, 2026-03-15',
  },
  traces: {
    usd: 5,
    per: 1_000_000,
    unit: 'traces recorded by X-Ray',
    page: 'https://aws.amazon.com/xray/pricing/',
    read: "a stored copy of AWS's page, no date",
  },
  webAcls: {
    usd: 5,
    per: 1,
    unit: 'months of a web ACL of AWS WAF',
    page: WAF,
    read: 'awsnegotiations.com, "AWS WAF Pricing Strategy", 2026',
  },
  webAclRules: {
    usd: 1,
    per: 1,
    unit: 'months of a rule in a web ACL',
    page: WAF,
    read: 'awsnegotiations.com, "AWS WAF Pricing Strategy", 2026',
  },
  webAclRequests: {
    usd: 0.6,
    per: 1_000_000,
    unit: 'requests that a web ACL inspects',
    page: WAF,
    read: 'awsnegotiations.com, "AWS WAF Pricing Strategy", 2026',
  },
  transferOut: {
    usd: 0.09,
    per: 1,
    unit: 'GB sent to the internet',
    page: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    read: 'awsforengineers.com, "AWS API Gateway Pricing Explained", 2025-05-19',
  },
} as const satisfies Readonly<Record<string, Price>>;

/** The name of a price. */
export type PriceName = keyof typeof PRICES;

/** Costs that the tables leave out, each with the reason. */
export const LEFT_OUT: readonly string[] = [
  "EventBridge's charge for a scheduled rule: no price was found. At the price of EventBridge Scheduler, 1 USD for a million, the sweeper's schedule would cost 0.04 USD a month.",
  'CodeDeploy (`gradualDeployment`): AWS charges nothing for deployments of Lambda functions, by https://aws.amazon.com/codedeploy/pricing/.',
  'CloudFront (`webAclArn`): its requests and transfer, by https://aws.amazon.com/cloudfront/pricing/. No price was looked up.',
  'The deployment bucket, and the calls of KMS, SNS and SQS for what the stack encrypts or reports: some MB and some calls.',
  'A rotation: four invocations every 90 days.',
  'A VPC: NAT gateways and interface endpoints are yours.',
  "Document Engine, your identity provider, your domain's hosted zone, tax, support.",
  'Every free tier.',
];

/** Computes the cost of a number of units, in US dollars. */
export function costOf(name: PriceName, units: number): number {
  const { usd, per } = PRICES[name];
  return (units / per) * usd;
}
