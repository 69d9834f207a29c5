import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach } from '@jest/globals';
import { SignJWT, calculateJwkThumbprint, exportJWK, type JWTPayload } from 'jose';
import {
  startDocumentEngine,
  type Algorithm,
  type DocumentEngineOptions,
  type LocalDocumentEngine,
} from '../../../tools/local/stand-ins/document-engine/index.ts';
import { ManualClock } from '../runtime/clock.ts';

/** The engine's API token. */
export const apiToken = 'api-token';
/** The engine's time at the start, in Unix seconds. */
export const now = Date.UTC(2030, 0, 1) / 1000;
/** A document that the engine holds. */
export const document = '7KPSA689RP53HB64GKKZX64XFV';

/** A private key, and its public half in SPKI PEM. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly pem: string;
  readonly thumbprint: string;
}

/** Generates a pair for an algorithm. */
export async function pairOf(algorithm: Algorithm): Promise<KeyPair> {
  const { privateKey, publicKey } = algorithm.startsWith('RS')
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: algorithm === 'ES256' ? 'P-256' : 'P-521' });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return { privateKey, pem, thumbprint: await calculateJwkThumbprint(await exportJWK(publicKey)) };
}

export const oldKey = await pairOf('ES256');
export const newKey = await pairOf('ES256');
export const thirdKey = await pairOf('ES256');

/** The clock of the last started engine. */
export let clock: ManualClock;
/** The last started engine. */
export let engine: LocalDocumentEngine | undefined;

/** Starts an engine with a manual clock, set to {@link now}. */
export async function start(options: Partial<DocumentEngineOptions> = {}): Promise<LocalDocumentEngine> {
  clock = new ManualClock(now * 1000);
  engine = await startDocumentEngine({
    clock,
    algorithm: 'ES256',
    publicKey: oldKey.pem,
    apiToken,
    documents: [
      { id: document, layers: ['my-layer', ''] },
      { id: 'a:b~c@d', layers: [''] },
    ],
    ...options,
  });
  return engine;
}

/** Registers a hook that stops the engine after each test of the file. */
export function stopEngineAfterEach(): void {
  afterEach(async () => {
    await engine?.close();
    engine = undefined;
  });
}

/** The claims of a token that opens {@link document}. */
export const claims = { document_id: document, permissions: ['read-document', 'write'], exp: now + 60 };

/** Signs a token; of {@link claims}, with {@link oldKey}, unless given. */
export const signed = (
  payload: JWTPayload = claims,
  key = oldKey,
  header: { alg?: Algorithm; kid?: string } = {},
) => new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...header }).sign(key.privateKey);

/** Calls the engine's API with its token, unless other headers are given. */
export const call = (
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Token token="${apiToken}"` },
) =>
  fetch(`${engine?.url ?? ''}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

/** Writes Unix seconds as an ISO 8601 instant. */
export const at = (seconds: number) => new Date(seconds * 1000).toISOString();

export async function statusOf(response: Promise<Response>): Promise<number> {
  return (await response).status;
}

export async function answerOf(response: Promise<Response>): Promise<unknown> {
  return (await response).json();
}

/** Verifies a token at the engine. @returns true, or the status and message of the refusal */
export function verdict(token: string | undefined): true | string {
  const verification = engine?.verify(token);
  if (verification === undefined) throw new Error('No server was started.');
  return verification.accepted || `${verification.status} ${verification.message}`;
}
