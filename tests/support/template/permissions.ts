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

/** The resources of a stage that its functions must reach. */
export interface StageResources {
  /** The secret that holds the signing key. */
  readonly secret: unknown;
  /** The KMS key of that secret, if the stage has one. */
  readonly kmsKeyArn?: string;
  /** The secret that holds Document Engine's API token. */
  readonly apiTokenSecret: string;
  /** True if the functions that call Document Engine run in the stage's VPC. */
  readonly inVpc: boolean;
}

const index = (name: string) => ({ 'Fn::Join': ['/', [table, `index/${name}`]] });

const throughSecretsManager = {
  StringEquals: { 'kms:ViaService': { 'Fn::Sub': 'secretsmanager.${AWS::Region}.${AWS::URLSuffix}' } },
};

/** The one wildcard; infra/stack/permissions/network-interfaces.yml gives the reason. */
const NETWORK_INTERFACES = allow(
  [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  '*',
);

const useKey = (actions: string | readonly string[], kmsKeyArn: string | undefined): Statement[] =>
  kmsKeyArn === undefined ? [] : [allow(actions, kmsKeyArn, throughSecretsManager)];

const readSigningKey = ({ secret, kmsKeyArn }: StageResources): Statement[] => [
  allow('secretsmanager:GetSecretValue', secret),
  ...useKey('kms:Decrypt', kmsKeyArn),
];

const readApiToken = ({ apiTokenSecret }: StageResources): Statement =>
  allow('secretsmanager:GetSecretValue', apiTokenSecret);

const runInVpc = ({ inVpc }: StageResources): Statement[] => (inVpc ? [NETWORK_INTERFACES] : []);

/** The permissions to sign a revocation and to send it to Document Engine. */
const revoke = (stage: StageResources): Statement[] => [
  ...readSigningKey(stage),
  readApiToken(stage),
  ...runInVpc(stage),
];

/**
 * The permissions of each function, apart from writing its own log, by the function's name in CloudFormation. A new
 * function needs an entry here, so that its permissions are decided twice.
 */
const PERMISSIONS: Readonly<Record<string, (stage: StageResources) => Statement[]>> = {
  MintToken: (stage) => [
    allow(['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], table),
    ...readSigningKey(stage),
  ],
  InspectToken: () => [allow(['dynamodb:BatchGetItem', 'dynamodb:Query'], table)],
  MintBackendToken: (stage) => [
    ...readSigningKey(stage),
    allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem'], table, publishedKeysOnly),
  ],
  GetKeys: () => [allow('dynamodb:Query', table, publishedKeysOnly)],
  ListGrants: () => [allow(['dynamodb:BatchGetItem', 'dynamodb:Query'], table)],
  SetGrant: (stage) => [
    allow(['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], table),
    ...revoke(stage),
  ],
  ListDocuments: () => [allow('dynamodb:Query', index('byPrincipal'))],
  RevokeTokens: (stage) => [
    allow(['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], table),
    allow('dynamodb:Query', index('byPrincipal')),
    ...revoke(stage),
  ],
  GetRevocation: () => [allow('dynamodb:BatchGetItem', table)],
  SweepRevocations: (stage) => [
    allow(
      [
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      table,
    ),
    allow('dynamodb:Query', [index('byPrincipal'), index('byDue')]),
    ...revoke(stage),
  ],
  RotateSigningKey: (stage) => [
    allow(
      [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      stage.secret,
    ),
    ...useKey(['kms:Decrypt', 'kms:GenerateDataKey'], stage.kmsKeyArn),
    readApiToken(stage),
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
    ...runInVpc(stage),
  ],
  GetHealth: () => [],
  Fallback: () => [],
};

/** Tells whether this file lists the permissions of a function, by its name such as `mintToken`. */
export function hasPermissions(name: string): boolean {
  return Object.hasOwn(PERMISSIONS, name.charAt(0).toUpperCase() + name.slice(1));
}

/**
 * Makes the complete list of statements that a function's role must have.
 *
 * @param name - the function's name in CloudFormation, such as `MintToken`
 * @throws Error if this file does not list the function
 */
export function permissionsOf(name: string, stage: StageResources): Statement[] {
  const permissions = PERMISSIONS[name];
  if (!permissions)
    throw new Error(
      `tests/support/template/permissions.ts does not list the permissions of the function ${name}.`,
    );
  return [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf(`${name}LogGroup`)),
    ...permissions(stage),
  ];
}
