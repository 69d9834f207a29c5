import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Clock } from '../../../lib/runtime/clock.ts';
import { MINUTE, toMilliseconds, type Milliseconds } from '../../../lib/runtime/time.ts';
import { call } from '../http-call.ts';

/** The state of a stage's signing key, as its public keys show it. */
export type KeyState =
  | { readonly kind: 'signs'; readonly kid: string }
  | { readonly kind: 'none' | 'coming' }
  | { readonly kind: 'unreachable'; readonly reason: string };

const Jwks = z.object({ keys: z.array(z.object({ kid: z.string() })) });

/**
 * Reads the state of a stage's signing key: from the API's public keys (`/.well-known/jwks.json`, the one that signs first), and, if
 * the credentials allow it, from the labels of the secret. A key that a rotation has published may not sign yet.
 *
 * @param api - the API's address, without a slash at its end
 * @param secretArn - of the signing key's secret
 */
export async function keyStateOf(api: string, secretArn: string | undefined): Promise<KeyState> {
  try {
    const { status, body } = await call(`${api}/.well-known/jwks.json`);
    if (status !== 200) return { kind: 'unreachable', reason: `its public keys answer ${status}` };
    const [first] = Jwks.parse(JSON.parse(body)).keys;
    if (first === undefined) return { kind: 'none' };
    const isComing = secretArn !== undefined && (await isReplacing(secretArn));
    return isComing ? { kind: 'coming' } : { kind: 'signs', kid: first.kid };
  } catch (error) {
    return { kind: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Tells if a rotation is under way or stuck. @returns false as well if the secret's labels cannot be read */
async function isReplacing(secretArn: string): Promise<boolean> {
  const client = new SecretsManagerClient({ region: secretArn.split(':')[3] ?? '' });
  try {
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: secretArn }));
    const labels = Object.values(VersionIdsToStages ?? {});
    return labels.some((ofVersion) => ofVersion.includes('AWSPENDING') && !ofVersion.includes('AWSCURRENT'));
  } catch {
    return false;
  } finally {
    client.destroy();
  }
}

/** Secrets Manager starts the first rotation within seconds of the schedule's creation. */
const LONGEST_WAIT: Milliseconds = toMilliseconds(2 * MINUTE);

const BETWEEN_READINGS: Milliseconds = 3_000;

/**
 * Waits until a stage has a key that signs, two minutes at most.
 *
 * @param signal - ends the waiting
 * @returns the last state that was read
 */
export async function firstKey(
  readKey: () => Promise<KeyState>,
  clock: Clock,
  signal: AbortSignal,
): Promise<KeyState> {
  const end = clock.now() + LONGEST_WAIT;
  for (;;) {
    const state = await readKey();
    if (state.kind === 'signs' || signal.aborted || clock.now() + BETWEEN_READINGS > end) return state;
    await clock.sleep(BETWEEN_READINGS, signal);
  }
}
