import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The header with the random text of a request, which the answer's proof covers. */
export const NONCE_HEADER = 'layermint-nonce';

/** The header with the proof, in requests and in answers. */
export const PROOF_HEADER = 'layermint-proof';

/** Makes 256 random bits as base64url: a secret, or a nonce. */
export const randomText = (): string => randomBytes(32).toString('base64url');

/** A request to a running stack, as its proof covers it. */
export interface ProvenRequest {
  readonly method: string;
  /** The request target: path and query. */
  readonly target: string;
  readonly nonce: string;
}

/**
 * Proves that the sender of a request knows the stack's secret, without sending it: any program can hold the port of a stack that
 * has stopped. Other requests have other proofs.
 */
export const proofOfRequest = (secret: string, { method, target, nonce }: ProvenRequest): string =>
  derive(secret, 'request', method, target, nonce);

/** Proves that an answer comes from the stack, belongs to the request with this nonce, and was not changed. */
export const proofOfAnswer = (secret: string, nonce: string, status: number, body: string): string =>
  derive(secret, 'answer', nonce, String(status), body);

/**
 * Derives the session token of the stack's AWS credentials. The stack and a command both derive it, so it never travels beside an
 * address that a port has named.
 */
export const sessionTokenOf = (secret: string): string => derive(secret, 'AWS session token');

/** Derives the OAuth 2.0 client secret of the demo backend. It goes into its own file, as programs send it over HTTP. */
export const clientSecretOf = (secret: string): string => derive(secret, 'client secret of the demo backend');

/** HMAC-SHA-256 (RFC 2104). JSON keeps the parts apart: `a`, `bc` and `ab`, `c` differ. */
const derive = (secret: string, ...parts: readonly string[]): string =>
  createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url');

/** Compares a received secret or proof in a time that does not depend on its content. */
export function isSame(given: string | undefined, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(expected));
}
