import type * as sdk from '@aws-sdk/client-secrets-manager';
import { InvariantError } from '../../../lib/runtime/errors.ts';
import { ServiceError, type Output } from './service-answer.ts';
import { Command, ServiceClient, type Service, type Settings } from './service-client.ts';

/** {@link sdk.InvalidParameterException} */
export class InvalidParameterException extends ServiceError {}

/** {@link sdk.ResourceExistsException} */
export class ResourceExistsException extends ServiceError {}

/** {@link sdk.ResourceNotFoundException} */
export class ResourceNotFoundException extends ServiceError {}

const SECRETS_MANAGER: Service = {
  name: 'secretsmanager',
  variable: 'SECRETS_MANAGER',
  target: 'secretsmanager',
  json: '1.1',
  exceptions: { InvalidParameterException, ResourceExistsException, ResourceNotFoundException },
  revive: revived,
};

/** Makes times of the seconds in an answer, and bytes of its base64, as the SDK does. */
function revived({ SecretBinary, ...output }: Output): Output {
  const members = Object.entries(output).map(([name, value]) => [
    name,
    name.endsWith('Date') && typeof value === 'number' ? new Date(value * 1000) : value,
  ]);
  return {
    ...(Object.fromEntries(members) as Output),
    ...(typeof SecretBinary === 'string' && {
      SecretBinary: new Uint8Array(Buffer.from(SecretBinary, 'base64')),
    }),
  };
}

/** {@link ServiceClient} */
export class SecretsManagerClient extends ServiceClient {
  constructor(settings: Settings) {
    super(SECRETS_MANAGER, settings);
  }
}

/** {@link sdk.DescribeSecretCommand} */
export class DescribeSecretCommand extends Command<sdk.DescribeSecretCommandInput> {
  readonly operation = 'DescribeSecret';
}

/** {@link sdk.GetSecretValueCommand} */
export class GetSecretValueCommand extends Command<sdk.GetSecretValueCommandInput> {
  readonly operation = 'GetSecretValue';
}

/** The token makes another attempt harmless. The SDK would make one up; our code always gives it. */
type WithToken = sdk.PutSecretValueCommandInput & { readonly ClientRequestToken: string };

/** {@link sdk.PutSecretValueCommand} */
export class PutSecretValueCommand extends Command<WithToken> {
  readonly operation = 'PutSecretValue';

  /** @throws InvariantError without a token */
  constructor(input: WithToken) {
    super(input);
    if (!input.ClientRequestToken) throw new InvariantError('PutSecretValue needs a ClientRequestToken');
  }
}

/** {@link sdk.UpdateSecretVersionStageCommand} */
export class UpdateSecretVersionStageCommand extends Command<sdk.UpdateSecretVersionStageCommandInput> {
  readonly operation = 'UpdateSecretVersionStage';
}
