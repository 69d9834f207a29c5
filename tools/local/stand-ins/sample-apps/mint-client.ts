import * as z from 'zod';
import type { Minted, MintRequest } from './sample-apps.ts';

const Token = z.object({ jwt: z.string(), layer: z.string(), serverUrl: z.string() });

/** A problem details document, or API Gateway's own `{"message"}`. */
const Failure = z.object({
  detail: z.string().optional(),
  title: z.string().optional(),
  message: z.string().optional(),
});

/**
 * Mints a token through the API, as any client does.
 *
 * @throws Error if the API fails (5xx), which is not a refusal of the caller
 */
export async function mintOverApi(api: string, callerToken: string, request: MintRequest): Promise<Minted> {
  const response = await fetch(`${api}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${callerToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (response.status >= 500) throw new Error(`The API answered a mint request with ${response.status}`);
  const body: unknown = await response.json();
  if (response.status === 201) return { minted: true, ...Token.parse(body) };
  const { detail, title, message } = Failure.parse(body);
  return { minted: false, status: response.status, message: detail ?? title ?? message ?? 'The API refused' };
}
