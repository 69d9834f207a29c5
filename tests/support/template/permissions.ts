import { allow, LEFT_NETWORK_INTERFACES, NETWORK_INTERFACES, TRACES, type Statement } from './statement.ts';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const table = arnOf('Table');

/** Limits a statement on the table or an index to partitions, and refuses requests that name none. */
const within = (...partitions: readonly string[]) => ({
  [partitions.every((it) => it === 'KEYS') ? 'ForAllValues:StringEquals' : 'ForAllValues:StringLike']: {
    'dynamodb:LeadingKeys': partitions,
  },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});

const DOCUMENTS = 'DOC#*';
const JOBS = 'JOB#*';
const KEYS = 'KEYS';

/** The ARN of the table of the stage `example-full`, and its name. */
export const ADOPTED_TABLE = {
  id: 'Table',
  ref: 'layermint-restored',
  attributes: {
    Arn: 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/layermint-restored',
  },
};

/** The resources of a stage that its functions must reach. */
export interface StageResources {
  /** The secret that holds the signing key. */
  readonly secret: unknown;
  /** The KMS key of that secret, if the stage has one. */
  readonly kmsKeyArn?: string;
  /** The secret that holds Document Engine's API token. */
  readonly apiTokenSecret: string;
  /** The secret of the prober; absent if the stage has none. */
  readonly proberSecret?: string;
  /** The functions in the stage's VPC; `left`: all functions have left it, and their network interfaces are still to be deleted. */
  readonly inVpc: 'nothing' | 'document-engine' | 'all' | 'left';
  /** True if X-Ray traces the functions. */
  readonly traced: boolean;
  /** True if the stage limits the tokens of each user. */
  readonly limited?: boolean;
}

const index = (name: string) => ({ 'Fn::Join': ['/', [table, `index/${name}`]] });

const throughSecretsManager = {
  StringLike: { 'kms:ViaService': { 'Fn::Sub': 'secretsmanager.${AWS::Region}.amazonaws.com*' } },
};

const throughDynamoDB = {
  StringLike: { 'kms:ViaService': { 'Fn::Sub': 'dynamodb.${AWS::Region}.amazonaws.com*' } },
};

/** The permission to read and write a table under the stage's KMS key, for a role that uses the table. */
const useTableKey = ({ kmsKeyArn }: StageResources, statements: readonly Statement[]): Statement[] =>
  kmsKeyArn !== undefined &&
  statements.some(({ Action }) => [Action].flat().some((action) => String(action).startsWith('dynamodb:')))
    ? [allow('kms:Decrypt', kmsKeyArn, throughDynamoDB)]
    : [];

const useKey = (actions: string | readonly string[], kmsKeyArn: string | undefined): Statement[] =>
  kmsKeyArn === undefined ? [] : [allow(actions, kmsKeyArn, throughSecretsManager)];

const readSigningKey = ({ secret, kmsKeyArn }: StageResources): Statement[] => [
  allow('secretsmanager:GetSecretValue', secret),
  ...useKey('kms:Decrypt', kmsKeyArn),
];

const readApiToken = ({ apiTokenSecret }: StageResources): Statement =>
  allow('secretsmanager:GetSecretValue', apiTokenSecret);

/** The functions that call Document Engine. */
const CALL_DOCUMENT_ENGINE = [
  'SetGrant',
  'RevokeTokens',
  'SweepRevocations',
  'RotateSigningKey',
  'CheckKeys',
  'ProbeService',
];

function runInVpc(name: string, { inVpc }: StageResources): Statement[] {
  if (inVpc === 'left') return [LEFT_NETWORK_INTERFACES];
  const isInside = inVpc === 'all' || (inVpc === 'document-engine' && CALL_DOCUMENT_ENGINE.includes(name));
  return isInside ? [NETWORK_INTERFACES] : [];
}

/** The permissions to sign a revocation and to send it to Document Engine. */
const revoke = (stage: StageResources): Statement[] => [...readSigningKey(stage), readApiToken(stage)];

/**
 * The permissions of each function, apart from writing its own log, the network and traces, by the function's name in CloudFormation. A new
 * function needs an entry here, so that its permissions are decided twice.
 */
const PERMISSIONS: Readonly<Record<string, (stage: StageResources) => Statement[]>> = {
  MintToken: (stage) => [
    allow(
      ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      table,
      within(DOCUMENTS, KEYS),
    ),
    ...(stage.limited ? [allow('dynamodb:UpdateItem', table, within('LIMIT#*'))] : []),
    ...readSigningKey(stage),
  ],
  InspectToken: () => [allow(['dynamodb:BatchGetItem', 'dynamodb:Query'], table, within(DOCUMENTS, KEYS))],
  ExplainToken: () => [allow(['dynamodb:BatchGetItem', 'dynamodb:Query'], table, within(DOCUMENTS, KEYS))],
  MintBackendToken: (stage) => [
    ...readSigningKey(stage),
    allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem'], table, within(KEYS)),
  ],
  GetKeys: () => [allow('dynamodb:Query', table, within(KEYS))],
  ListGrants: () => [allow(['dynamodb:BatchGetItem', 'dynamodb:Query'], table, within(DOCUMENTS))],
  SetGrant: (stage) => [
    allow(
      ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      table,
      within(DOCUMENTS),
    ),
    ...revoke(stage),
  ],
  ListDocuments: () => [
    allow('dynamodb:Query', index('byPrincipal'), within('USER#*', 'GROUP#*', 'EVERYONE')),
  ],
  RevokeTokens: (stage) => [
    allow(
      ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      table,
      within(DOCUMENTS, JOBS),
    ),
    allow('dynamodb:Query', index('byPrincipal'), within('HOLDER#*')),
    ...revoke(stage),
  ],
  GetRevocation: () => [allow('dynamodb:BatchGetItem', table, within(DOCUMENTS, JOBS))],
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
      within(DOCUMENTS, JOBS),
    ),
    allow('dynamodb:Query', index('byPrincipal'), within('HOLDER#*')),
    allow('dynamodb:Query', index('byDue'), within('DUE#*')),
    ...revoke(stage),
    allow('sqs:SendMessage', arnOf('FailureQueue')),
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
      within(KEYS),
    ),
  ],
  RecordAudit: () => [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf('AuditLogGroup')),
    allow('sqs:SendMessage', arnOf('FailureQueue')),
  ],
  CheckKeys: (stage) => [
    allow(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], stage.secret),
    ...useKey('kms:Decrypt', stage.kmsKeyArn),
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
      within(KEYS),
    ),
    allow('sqs:SendMessage', arnOf('FailureQueue')),
  ],
  GetCaller: () => [],
  GetHealth: () => [],
  Fallback: () => [],
  AuthorizeCaller: () => [],
  GetConsole: () => [],
  ProbeService: ({ proberSecret }) => [
    allow('secretsmanager:GetSecretValue', proberSecret),
    allow('sqs:SendMessage', arnOf('FailureQueue')),
  ],
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
    ...useTableKey(stage, permissions(stage)),
    ...permissions(stage),
    ...runInVpc(name, stage),
    ...(stage.traced ? [TRACES] : []),
  ];
}
