import { createHash } from 'node:crypto';
import { type ZodMiniType } from 'zod/mini';
import { parseInput } from '../../lib/http/messages/json-body.ts';
import { Problem } from '../../lib/http/problems/problem.ts';
import { type JsonObject } from './json-schema.ts';

/** The `requestId` of every problem. */
export const REQUEST_ID = '7d1fdd54-8f5c-4c0a-9a4b-3d1f0f3ad2a9';

/** Document Engine's base URL. */
export const SERVER_URL = 'https://documents.example.com';

/** When everything in the examples happens. */
export const NOW = '2026-01-31T12:00:00Z';

/** The public half of a key pair that is nowhere used. */
export const KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'oLH9sz11YMQYwQ6Phsd53Quyg9tZ6Wvs_MKb5MGW6LY',
  y: 'uJMolMlUI72hwUR2sJCw2FnDfoqbUGKNpaaKx_BhrRI',
  use: 'sig',
  alg: 'ES256',
  kid: 'Sm324iR0yMQnX0KirgqxPc9UlQCT68SfMa-nS3wrhaA',
};

/** ETags, each of another grant or another state of it. */
export const ETAGS = {
  keys: 'oZ_Fjxlhxcz8LkRA4rf87QZB8yyA2T_bZG9xW4r5aQ0',
  created: '0b5f1a52-6f4e-4a83-9d43-5a1f5a0d9e10',
  changed: '1c6a2b63-705f-4b94-8e54-6b206b1eaf21',
  owner: '2d7b3c74-8160-4ca5-9f65-7c317c2fb032',
  reviewer: '3e8c4d85-9271-4db6-a076-8d428d30c143',
  editors: '4f9d5e96-a382-4ec7-b187-9e539e41d254',
  alice: '50ae6fa7-b493-4fd8-8298-af64af52e365',
  carol: '61bf70b8-c5a4-40e9-93a9-b075b063f476',
} as const;

/** Of revocations. */
export const IDS = {
  own: '8BambDJz0q50dAOXmjiT3A',
  document: 'x2n8cC4sQk2R0b1pB3v7Zw',
  user: 'Hq3m5y1uT6eWc9fLr0aXkg',
} as const;

/** What an owner or editor may do. */
export const EVERYTHING = ['read-document', 'write', 'download', 'cover-image'];

/** What reads like a token, but is signed by nobody. */
export function exampleJwt(claims: JsonObject): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: KEY.alg, typ: 'JWT', kid: KEY.kid })}.${part(claims)}`;
  return `${signed}.${createHash('sha512').update(signed).digest('base64url')}`;
}

const ISSUED = Date.parse(NOW) / 1000;

/** What makes one token different from another. */
export interface TokenParts {
  readonly documentId: string;
  readonly layer?: string;
  readonly userId: string;
  readonly name: string;
  readonly permissions?: readonly string[];
  /** In seconds: an hour unless given. */
  readonly lives?: number;
}

/** The claims of a token that is minted for a grant without collaboration permissions. */
export function claimsOf({
  documentId,
  layer = '',
  userId,
  name,
  permissions,
  lives = 3600,
}: TokenParts): JsonObject {
  return {
    document_id: documentId,
    ...(layer !== '' && { layer }),
    permissions: permissions ?? EVERYTHING,
    user_id: userId,
    creator_name: name,
    iat: ISSUED,
    exp: ISSUED + lives,
    jti: createHash('sha256')
      .update(documentId + userId)
      .digest('base64url')
      .slice(0, 22),
  };
}

/** The times of a token that lives for some seconds. */
export function lifeOf(lives: number): JsonObject {
  const at = (seconds: number): string =>
    new Date((ISSUED + seconds) * 1000).toISOString().replace('.000Z', 'Z');
  return { issuedAt: at(0), expiresAt: at(lives), refreshAt: at(lives * 0.8) };
}

/** A token as it is answered. */
export function token(parts: TokenParts): JsonObject {
  const { documentId, layer = '', userId, permissions = EVERYTHING, lives = 3600 } = parts;
  return {
    jwt: exampleJwt(claimsOf(parts)),
    documentId,
    layer,
    userId,
    permissions,
    ...lifeOf(lives),
    serverUrl: SERVER_URL,
    documentUrl: `${SERVER_URL}/api/1/documents/${documentId}`,
  };
}

/** The body of the answer to a problem. */
export const bodyOf = (problem: Problem): JsonObject => ({ ...problem.body(REQUEST_ID) });

/** What is answered to a body that is not valid: what reading it throws. */
export function invalid(schema: ZodMiniType, input: unknown): JsonObject {
  try {
    parseInput(schema, input);
  } catch (error) {
    if (error instanceof Problem) return bodyOf(error);
    throw error;
  }
  throw new TypeError('this is a valid body');
}
