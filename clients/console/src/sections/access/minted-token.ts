import { list, object, record, string } from '../../reading.ts';
import type { MintBody } from './mint-draft.ts';

/** Reads the answer of `POST /v1/tokens`. */
export const readMintedToken = object({
  jwt: string,
  documentId: string,
  layer: string,
  userId: string,
  permissions: list(string),
  issuedAt: string,
  expiresAt: string,
  refreshAt: string,
  serverUrl: string,
});

/** A minted token, with the request that it answers. It is in the memory of the page alone. */
export interface Minted {
  readonly request: MintBody;
  readonly token: ReturnType<typeof readMintedToken>;
  /** The receipt of the answer by the clock of this device, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/**
 * Moves a time of the answer to the clock of this device. That clock can be wrong, so only differences of the service's times count.
 *
 * @returns RFC 3339
 */
export function onThisDevice({ token, receivedAt }: Minted, at: 'expiresAt' | 'refreshAt'): string {
  return new Date(receivedAt + Date.parse(token[at]) - Date.parse(token.issuedAt)).toISOString();
}

/** Reads the claims of a JWT (RFC 7519), unverified; undefined for any other text. */
export function claimsIn(jwt: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload = ''] = jwt.split('.');
  try {
    const bytes = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    return record(JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (it) => it.charCodeAt(0)))));
  } catch {
    return undefined;
  }
}
