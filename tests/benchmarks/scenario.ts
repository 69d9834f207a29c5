import { createPublicKey } from 'node:crypto';
import { generateSigningKey, type SigningKeyPair } from '../../tools/local/stack/demo/demo-signing-key.ts';
import { systemClock } from '../../lib/runtime/clock.ts';
import { GrantStore } from '../../lib/grants/index.ts';
import type { ApiEvent } from '../../lib/http/routes/route.ts';
import { growHolder } from '../../lib/revocation/index.ts';
import { recordUse } from '../../lib/signing-keys/index.ts';
import { apiEvent } from '../support/http/events.ts';
import { grant, group, user } from '../support/grants/grants.ts';
import { AwsInMemory } from './aws-in-memory.ts';
import { holderKey, Table } from '../../lib/table/index.ts';

/** The name of the table. */
export const TABLE = 'layermint';

/** The stage's bounds on a token's life, in seconds. */
export const TTL = { default: 3600, max: 86_400 };

const USER_ID = 'auth0|5f7c8ec7c33c6c004bbafe82';

/** The surroundings of a mint. */
export interface Scenario {
  /** AWS, as earlier tokens left it; no call is counted yet. */
  readonly aws: AwsInMemory;
  /** The ES256 key pair in the secret. */
  readonly signingKey: SigningKeyPair;
  /** The documents that the person may open. */
  readonly documentIds: readonly string[];
}

/**
 * Makes a person in two groups. On each document she is a commenter by one of them and an annotator in her own right,
 * so a decision has two grants with collaboration permissions to join. She has held tokens for the documents for an
 * hour.
 */
export async function scenario(documents = 1): Promise<Scenario> {
  const signingKey = await generateSigningKey(systemClock);
  const aws = new AwsInMemory(JSON.stringify(signingKey));
  const table = new Table(aws.dynamoDB(), TABLE, systemClock);
  const publicKey = createPublicKey(signingKey.publicKey);
  await recordUse(table, { ...signingKey, publicKey }, TTL.max);
  const documentIds = Array.from(
    { length: documents },
    (_, index) => `7KPSA689RP53HB64GKKZX6${1000 + index}`,
  );
  for (const documentId of documentIds) await openTo(table, documentId);
  aws.calls.clear();
  return { aws, signingKey, documentIds };
}

async function openTo(table: Table, documentId: string): Promise<void> {
  const grants = new GrantStore(table);
  await grants.put(documentId, grant(user(USER_ID), 'annotator'));
  await grants.put(documentId, grant(group('reviewers'), 'commenter'));
  const now = systemClock.now();
  const need = {
    expiresAt: Math.ceil(now / 1000) + TTL.max,
    builtFrom: new Set([`USER#${USER_ID}`, 'GROUP#reviewers']),
  };
  await growHolder(table, holderKey(documentId, USER_ID), undefined, need, now - 3_600_000);
}

/** Makes a request of this person, as API Gateway passes it on. */
function requestOf(route: string, body: unknown): ApiEvent {
  const issuedAt = Math.floor(systemClock.now() / 1000);
  return apiEvent({
    route,
    claims: {
      iss: 'https://identity.example.com/',
      aud: 'layermint',
      sub: USER_ID,
      'cognito:groups': ['reviewers', 'staff'],
      name: 'Alice Archer',
      scope: 'openid profile email',
      iat: issuedAt,
      exp: issuedAt + 3600,
    },
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip, deflate, br',
      'content-length': String(JSON.stringify(body).length),
      host: 'tokens.example.com',
      'user-agent': 'okhttp/4.12.0',
      'x-amzn-trace-id': 'Root=1-65b2f1a0-3c1f8e2a4b5c6d7e8f901234',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    body,
  });
}

/** Makes a request for one token. */
export function mintRequest(documentId: string): ApiEvent {
  return requestOf('POST /v1/tokens', mintBody(documentId));
}

/** Makes a request for one token for each document. */
export function batchRequest(documentIds: readonly string[]): ApiEvent {
  return requestOf('POST /v1/tokens/batch', { requests: documentIds.map(mintBody) });
}

function mintBody(documentId: string): { readonly documentId: string; readonly ttlSeconds: number } {
  return { documentId, ttlSeconds: 3600 };
}
