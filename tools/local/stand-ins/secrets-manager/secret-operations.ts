import * as z from 'zod';
import type { Clock } from '../../../../lib/runtime/clock.ts';
import { SecretsManagerError } from './errors.ts';
import type { Rotations } from './secret-rotation.ts';
import type { SecretValue } from './stored-secret.ts';
import type { Secrets } from './secrets.ts';

/** The state that an operation works on. */
export interface Account {
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly rotations: Rotations;
}

/** Carries out one operation on its parsed JSON input. The result is sent as JSON. */
export type Operation = (input: unknown, account: Account) => object | Promise<object>;

const secretId = z.string().min(1).max(2048);
const token = z.string().min(32).max(64);
const stage = z.string().min(1).max(256);
const name = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[A-Za-z0-9/_+=.@!-]+$/, 'Only alphanumeric characters and -/_+=.@! are allowed');
const value = {
  SecretString: z.optional(z.string().min(1).max(65_536)),
  SecretBinary: z.optional(z.base64().min(1).max(87_384)),
};

/** The served operations, by their names in `X-Amz-Target`. */
export const operations = {
  CreateSecret: operation(
    z.object({
      Name: name,
      Description: z.optional(z.string().max(2048)),
      ClientRequestToken: z.optional(token),
      ...value,
    }),
    (input, { secrets, clock }) => {
      const content = valueIn(input);
      const existing = secrets.named(input.Name);
      const isRepeat =
        content !== undefined &&
        input.ClientRequestToken !== undefined &&
        existing?.version(input.ClientRequestToken) !== undefined;
      if (existing !== undefined && !isRepeat)
        throw new SecretsManagerError(
          'ResourceExistsException',
          `The operation failed because the secret ${input.Name} already exists.`,
        );
      const requestToken = content === undefined ? undefined : required(input.ClientRequestToken);
      const secret = existing ?? secrets.add(input.Name, input.Description, clock.now());
      if (content === undefined || requestToken === undefined) return { ARN: secret.arn, Name: secret.name };
      const version = secret.put(requestToken, content, ['AWSCURRENT'], clock.now());
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id };
    },
  ),

  GetSecretValue: operation(
    z.object({ SecretId: secretId, VersionId: z.optional(token), VersionStage: z.optional(stage) }),
    (input, { secrets }) => {
      const secret = secrets.find(input.SecretId);
      const version = secret.find(input.VersionId, input.VersionStage);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        [version.value.kind]: version.value.content,
        VersionStages: [...version.stages],
        CreatedDate: version.createdAt / 1000,
      };
    },
  ),

  PutSecretValue: operation(
    z.object({
      SecretId: secretId,
      ClientRequestToken: z.optional(token),
      VersionStages: z.optional(z.array(stage).min(1).max(20)),
      ...value,
    }),
    (input, { secrets, clock }) => {
      const secret = secrets.find(input.SecretId);
      const content = valueIn(input);
      if (content === undefined)
        throw new SecretsManagerError(
          'InvalidRequestException',
          'You must provide either SecretString or SecretBinary.',
        );
      const version = secret.put(
        required(input.ClientRequestToken),
        content,
        input.VersionStages ?? ['AWSCURRENT'],
        clock.now(),
      );
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        VersionStages: [...version.stages],
      };
    },
  ),

  DescribeSecret: operation(z.object({ SecretId: secretId }), (input, { secrets }) => {
    const secret = secrets.find(input.SecretId);
    const labelled = secret.labelledVersions();
    return {
      ARN: secret.arn,
      Name: secret.name,
      Description: secret.description,
      RotationEnabled: secret.rotationEnabled,
      CreatedDate: secret.createdAt / 1000,
      LastChangedDate: secret.changedAt / 1000,
      VersionIdsToStages:
        labelled.length === 0
          ? undefined
          : Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]])),
    };
  }),

  UpdateSecretVersionStage: operation(
    z.object({
      SecretId: secretId,
      VersionStage: stage,
      RemoveFromVersionId: z.optional(token),
      MoveToVersionId: z.optional(token),
    }),
    (input, { secrets, clock }) => {
      const secret = secrets.find(input.SecretId);
      secret.moveStage(input.VersionStage, input.RemoveFromVersionId, input.MoveToVersionId, clock.now());
      return { ARN: secret.arn, Name: secret.name };
    },
  ),

  RotateSecret: operation(
    z.object({
      SecretId: secretId,
      ClientRequestToken: z.optional(token),
      RotateImmediately: z.optional(z.boolean()),
    }),
    (input, { secrets, clock, rotations }) => {
      const secret = secrets.find(input.SecretId);
      const requestToken = required(input.ClientRequestToken);
      if (input.RotateImmediately === false) rotations.test(secret, requestToken, clock);
      else rotations.begin(secret, requestToken, clock.now());
      return { ARN: secret.arn, Name: secret.name, VersionId: requestToken };
    },
  ),
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

export function isOperationName(text: string): text is OperationName {
  return Object.hasOwn(operations, text);
}

function operation<Schema extends z.ZodType>(
  schema: Schema,
  carryOut: (input: z.output<Schema>, account: Account) => object | Promise<object>,
): Operation {
  return (input, account) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return carryOut(parsed.data, account);
    const [issue] = parsed.error.issues;
    // zod's messages name the expected type. They never quote the value, which may be a secret.
    throw new SecretsManagerError(
      'InvalidParameterException',
      `${issue?.path.join('.') ?? 'The input'}: ${issue?.message ?? 'not valid'}`,
    );
  };
}

function valueIn(input: {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}): SecretValue | undefined {
  if (input.SecretString !== undefined && input.SecretBinary !== undefined)
    throw new SecretsManagerError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  if (input.SecretString !== undefined) return { kind: 'SecretString', content: input.SecretString };
  if (input.SecretBinary !== undefined) return { kind: 'SecretBinary', content: input.SecretBinary };
  return undefined;
}

/** Requires a token. The SDKs always send one, so only a hand-made request can lack it. */
function required(requestToken: string | undefined): string {
  if (requestToken !== undefined) return requestToken;
  throw new SecretsManagerError(
    'InvalidParameterException',
    'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
  );
}
