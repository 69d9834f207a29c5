import type { TemplateResource } from '../../packaging/template/finished-template.ts';
import { namesOf } from '../../stages/stack-name.ts';
import { named, type Context, type Right, type RightsOf } from '../right.ts';

/** The key of a resource, if it is a stage's own: CloudFormation leaves out a reference to no value. */
function keysOf(
  resources: readonly TemplateResource[],
  read: (properties: Readonly<Record<string, unknown>>) => unknown,
): string[] {
  return resources.map(({ Properties }) => read(Properties ?? {})).filter((key) => typeof key === 'string');
}

/** The rights to let a service encrypt with the stage's own key. */
const encryption = (
  { region }: Context,
  service: string,
  actions: readonly string[],
  keys: readonly string[],
): Right[] =>
  keys.length === 0
    ? []
    : [
        {
          actions,
          resources: [...new Set(keys)],
          // The `*` is for the regions of China.
          condition: { StringLike: { 'kms:ViaService': `${service}.${region}.amazonaws.com*` } },
        },
      ];

const kmsKeyOfTable = ({ SSESpecification: encrypted }: Readonly<Record<string, unknown>>): unknown =>
  typeof encrypted === 'object' && encrypted !== null ? Reflect.get(encrypted, 'KMSMasterKeyId') : undefined;

const table: RightsOf = (context) => [
  {
    actions: [
      'dynamodb:CreateTable',
      'dynamodb:DeleteTable',
      'dynamodb:DescribeContinuousBackups',
      'dynamodb:DescribeContributorInsights',
      'dynamodb:DescribeKinesisStreamingDestination',
      'dynamodb:DescribeTable',
      'dynamodb:DescribeTimeToLive',
      'dynamodb:GetResourcePolicy',
      'dynamodb:ListTagsOfResource',
      'dynamodb:TagResource',
      'dynamodb:UntagResource',
      'dynamodb:UpdateContinuousBackups',
      'dynamodb:UpdateTable',
      'dynamodb:UpdateTimeToLive',
    ],
    resources: [named(context, 'dynamodb', 'table/')],
  },
  ...encryption(
    context,
    'dynamodb',
    ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt'],
    keysOf(context.resources, kmsKeyOfTable),
  ),
];

/** Secrets that the stack makes: CloudFormation begins their names with the logical id, and not with the stack's name. */
function ownSecrets({ template, arn }: Context): string[] {
  const ids = Object.entries(template.Resources).filter(
    ([, { Type }]) => Type === 'AWS::SecretsManager::Secret',
  );
  return ids.map(([id]) => arn('secretsmanager', `secret:${id}-*`));
}

/** Secrets to which other resources refer: the stage's own by its ARN, else the stack's. */
const secretsOf = (context: Context): string[] => {
  const given = context.resources.map(({ Properties }) => Properties?.['SecretId']);
  const texts = given.filter((id) => typeof id === 'string');
  return texts.length === given.length ? [...new Set(texts)] : ownSecrets(context);
};

const secret: RightsOf = (context) => [
  {
    actions: [
      'secretsmanager:CreateSecret',
      'secretsmanager:DeleteSecret',
      'secretsmanager:DescribeSecret',
      'secretsmanager:TagResource',
      'secretsmanager:UntagResource',
      'secretsmanager:UpdateSecret',
    ],
    resources: ownSecrets(context),
  },
  ...encryption(
    context,
    'secretsmanager',
    ['kms:Decrypt', 'kms:GenerateDataKey'],
    keysOf(context.resources, ({ KmsKeyId }) => KmsKeyId),
  ),
];

const rotationSchedule: RightsOf = (context) => [
  {
    actions: [
      'secretsmanager:CancelRotateSecret',
      'secretsmanager:DescribeSecret',
      'secretsmanager:RotateSecret',
    ],
    resources: secretsOf(context),
  },
  // Secrets Manager refuses a schedule from a caller that cannot invoke the function.
  {
    actions: ['lambda:InvokeFunction'],
    resources: [context.arn('lambda', `function:${context.stack}-rotateSigningKey`)],
  },
];

const secretPolicy: RightsOf = (context) => [
  {
    actions: [
      'secretsmanager:DeleteResourcePolicy',
      'secretsmanager:GetResourcePolicy',
      'secretsmanager:PutResourcePolicy',
    ],
    resources: secretsOf(context),
  },
];

/** The bucket of the zips. CloudFormation writes its name in lower case, and can cut it off. */
const buckets = ({ partition, stack }: Context): string =>
  `arn:${partition}:s3:::${namesOf(stack.toLowerCase())}serverlessdeploymentbuck*`;

const bucket: RightsOf = (context) => [
  {
    actions: [
      's3:CreateBucket',
      's3:DeleteBucket',
      's3:GetBucketPublicAccessBlock',
      's3:GetBucketTagging',
      's3:GetEncryptionConfiguration',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketTagging',
      's3:PutEncryptionConfiguration',
    ],
    resources: [buckets(context)],
  },
  // Lambda reads the zips with the rights of the caller.
  { actions: ['s3:GetObject'], resources: [`${buckets(context)}/*`] },
];

/** The rights of the Serverless CLI on the bucket of the zips, which it fills and empties. */
export const onZips = (context: Context): Right[] => [
  {
    actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketVersions'],
    resources: [buckets(context)],
  },
  {
    actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObject', 's3:PutObject'],
    resources: [`${buckets(context)}/*`],
  },
];

/** The rights for everything that holds data. */
export const STORAGE: Readonly<Record<string, RightsOf>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::SecretsManager::Secret': secret,
  'AWS::SecretsManager::RotationSchedule': rotationSchedule,
  'AWS::SecretsManager::ResourcePolicy': secretPolicy,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': (context) => [
    {
      actions: ['s3:DeleteBucketPolicy', 's3:GetBucketPolicy', 's3:PutBucketPolicy'],
      resources: [buckets(context)],
    },
  ],
};
