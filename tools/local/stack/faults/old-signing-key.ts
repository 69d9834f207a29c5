import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../../../lib/runtime/clock.ts';
import { DAY, toMilliseconds, type Seconds } from '../../../../lib/runtime/time.ts';

/** Longer than any rotation interval and its margin: Secrets Manager allows 1,000 days. */
const AGE: Seconds = 1_010 * DAY;

/**
 * Says of the signing key that it was made long ago.
 *
 * @returns restores its true age, unless a rotation has replaced the key meanwhile
 */
export async function ageSigningKey(
  client: SecretsManagerClient,
  SecretId: string,
  clock: Clock,
): Promise<() => Promise<void>> {
  const current = async (): Promise<string> =>
    (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '{}';
  const put = (SecretString: string) => client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  const former = await current();
  const createdAt = new Date(clock.now() - toMilliseconds(AGE)).toISOString();
  const aged = JSON.stringify({ ...(JSON.parse(former) as object), createdAt });
  await put(aged);
  return async () => {
    if ((await current()) === aged) await put(former);
  };
}
