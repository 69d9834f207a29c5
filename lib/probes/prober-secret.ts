import * as z from 'zod/mini';
import { DeadlineOverError, withinDeadline } from '../runtime/deadline.ts';
import { LayermintError, nameOf } from '../runtime/errors.ts';
import { jsonIn, secretTextOf } from '../runtime/secret-value.ts';

const ProberSecret = z.object({
  tokenEndpoint: z.url(),
  clientId: z.string().check(z.minLength(1)),
  clientSecret: z.string().check(z.minLength(1)),
  /** `basic` and `post` of RFC 6749 section 2.3.1. */
  authentication: z._default(z.enum(['basic', 'post']), 'basic'),
  /** Further parameters of the token request, such as `scope`, `audience` or `resource`. */
  parameters: z._default(z.record(z.string(), z.string()), {}),
  /** A caller token that has expired, for the probe that must be refused. */
  expiredToken: z.optional(z.string().check(z.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/))),
});

/** The credentials of the prober at the stage's identity provider. */
export type ProberSecret = z.output<typeof ProberSecret>;

/** The prober has no credentials or no caller token. The message names the fault and quotes nothing of the secret. */
export class ProberSecretError extends LayermintError {
  override readonly name = 'ProberSecretError';
  readonly code = 'PROBER_SECRET_UNUSABLE';
}

/** Fetches the value of the secret from Secrets Manager. */
export type FetchSecret = (
  signal: AbortSignal | undefined,
) => Promise<{ readonly SecretString?: string | undefined; readonly SecretBinary?: Uint8Array | undefined }>;

/**
 * Reads the prober's secret. It is read in each run, so that a new client secret counts within minutes.
 *
 * @throws ProberSecretError if it cannot be read or has a wrong form
 */
export async function readProberSecret(fetchSecret: FetchSecret): Promise<ProberSecret> {
  let text: string;
  try {
    text = secretTextOf(await withinDeadline(fetchSecret));
  } catch (error) {
    const name = error instanceof DeadlineOverError ? 'it took too long' : nameOf(error);
    throw new ProberSecretError(
      `Secrets Manager did not return the secret that "proberSecretArn" names (${name})`,
    );
  }
  const parsed = z.safeParse(ProberSecret, jsonIn(text));
  if (parsed.success) return parsed.data;
  const members = [...new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? 'the whole value')))];
  throw new ProberSecretError(
    `The secret that "proberSecretArn" names must be JSON as docs/probes.md shows it. Missing or wrong: ${members.join(', ')}`,
  );
}
