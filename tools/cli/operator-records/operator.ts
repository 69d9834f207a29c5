import { userInfo } from 'node:os';
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';

// Bounds on one attempt, in milliseconds. A network can have no way to STS.
const BOUNDS = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };

/**
 * Names the person or role whose AWS credentials a command uses: the ARN that STS gives. No policy can deny that call (IAM user guide,
 * "GetCallerIdentity"). If STS does not answer, it names the access key, by which CloudTrail finds the ARN, and the user of this machine.
 *
 * @throws the SDK's error if there are no credentials
 */
export async function awsOperator(config: STSClientConfig): Promise<string> {
  const client = new STSClient({ requestHandler: BOUNDS, ...config });
  try {
    const { accessKeyId } = await client.config.credentials();
    try {
      const { Arn } = await client.send(new GetCallerIdentityCommand({}));
      if (Arn !== undefined) return Arn;
    } catch {
      // A network without a way to STS is no reason to leave out the record.
    }
    return `access key ${accessKeyId}, ${localOperator()}`;
  } finally {
    client.destroy();
  }
}

/** Names the user of this machine. */
export function localOperator(): string {
  return `user ${userInfo().username} of a machine`;
}
