/** A statement of an IAM policy in a CloudFormation template. */
export type Statement = Readonly<Record<string, unknown>>;

const allow = (Action: string | readonly string[], Resource: unknown, Condition?: object): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const table = arnOf('Table');

/** Limits a statement on the table to the items of published keys. */
const publishedKeysOnly = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['KEYS'] } };

/** How a stage's roles differ from another's. */
export interface SigningKeyAccess {
  /** The secret that holds the signing key. */
  readonly secret: unknown;
  /** The KMS key of that secret, where the stage brings one. */
  readonly kmsKeyArn?: string;
  /** The secret that holds Document Engine's API token, where the stage names one. */
  readonly apiTokenSecret?: string;
  /** Whether the functions that call Document Engine run in the stage's VPC. */
  readonly inVpc?: boolean;
}

const NETWORK_INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

const decrypt = (kmsKeyArn: string | undefined, actions: string | readonly string[]): Statement[] =>
  kmsKeyArn === undefined
    ? []
    : [
        allow(actions, kmsKeyArn, {
          StringEquals: {
            'kms:ViaService': { 'Fn::Sub': 'secretsmanager.${AWS::Region}.${AWS::URLSuffix}' },
          },
        }),
      ];

const readSigningKey = ({ secret, kmsKeyArn }: SigningKeyAccess): Statement[] => [
  allow('secretsmanager:GetSecretValue', secret),
  ...decrypt(kmsKeyArn, 'kms:Decrypt'),
];

/**
 * What each function may do beside writing its own log, by the function's name as CloudFormation has it. A new function needs
 * an entry here: so that what it may do is decided twice.
 */
const PERMISSIONS: Readonly<Record<string, (signingKey: SigningKeyAccess) => Statement[]>> = {
  Mint: (signingKey) => [
    allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], table),
    ...readSigningKey(signingKey),
  ],
  Jwks: () => [allow('dynamodb:Query', table, publishedKeysOnly)],
  ListGrants: () => [allow(['dynamodb:BatchGetItem', 'dynamodb:Query'], table)],
  ChangeGrants: () => [allow(['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem'], table)],
  Documents: () => [allow('dynamodb:Query', { 'Fn::Join': ['/', [table, 'index/byPrincipal']] })],
  BackendTokens: (signingKey) => [
    ...readSigningKey(signingKey),
    allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem'], table, publishedKeysOnly),
  ],
  Rotate: ({ secret, kmsKeyArn, apiTokenSecret, inVpc }) => [
    allow(
      [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      secret,
    ),
    ...decrypt(kmsKeyArn, ['kms:Decrypt', 'kms:GenerateDataKey']),
    ...(apiTokenSecret === undefined ? [] : [allow('secretsmanager:GetSecretValue', apiTokenSecret)]),
    allow(
      [
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ],
      table,
      publishedKeysOnly,
    ),
    ...(inVpc === true ? [allow(NETWORK_INTERFACES, '*')] : []),
  ],
  Health: () => [],
  Fallback: () => [],
};

/**
 * The statements that a function's role must have, and no more.
 *
 * @param name - the function's name as CloudFormation has it, such as `Mint`
 * @throws Error when nobody has said here what the function may do
 */
export function permissionsOf(name: string, signingKey: SigningKeyAccess): Statement[] {
  const permissions = PERMISSIONS[name];
  if (!permissions)
    throw new Error(`tests/support/permissions.ts does not say what the function ${name} may do.`);
  return [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf(`${name}LogGroup`)),
    ...permissions(signingKey),
  ];
}
