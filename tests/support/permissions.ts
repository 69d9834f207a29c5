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
}

const readSigningKey = ({ secret, kmsKeyArn }: SigningKeyAccess): Statement[] => [
  allow('secretsmanager:GetSecretValue', secret),
  ...(kmsKeyArn === undefined
    ? []
    : [
        allow('kms:Decrypt', kmsKeyArn, {
          StringEquals: {
            'kms:ViaService': { 'Fn::Sub': 'secretsmanager.${AWS::Region}.${AWS::URLSuffix}' },
          },
        }),
      ]),
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
