import * as z from 'zod/mini';
import { jsonIn } from '../runtime/secret-value.ts';
import { ProberSecretError, type ProberSecret } from './prober-secret.ts';
import { NoAnswerError, type Answer, type Send } from './send.ts';

const TokenAnswer = z.object({ access_token: z.string().check(z.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)) });

/**
 * Gets a caller token for the prober by its client credentials (RFC 6749 section 4.4).
 *
 * @throws ProberSecretError if the identity provider gives none. The message holds no part of its answer
 */
export async function fetchCallerToken(secret: ProberSecret, send: Send): Promise<string> {
  const { tokenEndpoint, clientId, clientSecret, authentication, parameters } = secret;
  const form = new URLSearchParams({ ...parameters, grant_type: 'client_credentials' });
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  if (authentication === 'post') {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  } else {
    const credentials = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
    headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  let answer: Answer;
  try {
    answer = await send(tokenEndpoint, { method: 'POST', headers, body: form.toString() });
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    throw new ProberSecretError(`The identity provider gives the prober no token: ${error.message}`);
  }
  const parsed = answer.status === 200 ? z.safeParse(TokenAnswer, jsonIn(answer.body)) : undefined;
  if (parsed?.success === true) return parsed.data.access_token;
  const { status } = answer;
  if (status >= 500 || status === 429)
    throw new ProberSecretError(`The identity provider gives the prober no token: it answered ${status}`);
  throw new ProberSecretError(
    status === 200
      ? 'The identity provider answers the prober without an access_token that is a JWT'
      : `The identity provider refuses the prober's client credentials (${status})`,
  );
}

/** Encodes as RFC 6749 section 2.3.1 demands it of the user name and the password of HTTP Basic. */
const formEncoded = (text: string): string => new URLSearchParams({ text }).toString().slice('text='.length);
