import type { SigningKeyPair } from '../../infra/local/signing-key.ts';
import { generateSigningKey } from '../../infra/local/signing-key.ts';
import { systemClock } from '../../lib/clock.ts';
import { GrantStore } from '../../lib/grants/index.ts';
import type { ApiEvent } from '../../lib/http/route.ts';
import { growHolder, holderKey } from '../../lib/revocation/index.ts';
import { Table } from '../../lib/table.ts';
import { apiEvent } from '../support/events.ts';
import { grant, group, user } from '../support/grants.ts';
import { AwsInMemory } from './aws-in-memory.ts';

/** The name of the table. */
export const TABLE = 'layermint';

const DOCUMENT_ID = '7KPSA689RP53HB64GKKZX64XFV';
const USER_ID = 'auth0|5f7c8ec7c33c6c004bbafe82';
const HOUR = 3600;

/** Everything that a mint meets. */
export interface Scenario {
  readonly aws: AwsInMemory;
  /** The ES256 key pair that the secret holds. */
  readonly signingKey: SigningKeyPair;
  /** The request, as API Gateway passes it on. */
  readonly event: ApiEvent;
}

/**
 * A person in two groups who is a commenter by one of them and an annotator in her own right, so that the decision has two grants
 * with collaboration permissions to join; and who has held tokens for the document for an hour.
 */
export async function scenario(): Promise<Scenario> {
  const signingKey = await generateSigningKey(systemClock);
  const aws = new AwsInMemory(JSON.stringify(signingKey));
  const now = systemClock.now();
  const table = new Table(aws.dynamoDB(), TABLE, systemClock);
  const grants = new GrantStore(table);
  await grants.put(DOCUMENT_ID, grant(user(USER_ID), 'annotator'));
  await grants.put(DOCUMENT_ID, grant(group('reviewers'), 'commenter'));
  await growHolder(
    table,
    holderKey(DOCUMENT_ID, USER_ID),
    undefined,
    {
      expiresAt: Math.ceil(now / 1000) + 24 * HOUR,
      builtFrom: new Set([`USER#${USER_ID}`, 'GROUP#reviewers']),
    },
    now - HOUR * 1000,
  );
  return { aws, signingKey, event: mintEvent(now) };
}

function mintEvent(now: number): ApiEvent {
  const issuedAt = Math.floor(now / 1000);
  return apiEvent({
    claims: {
      iss: 'https://identity.example.com/',
      aud: 'layermint',
      sub: USER_ID,
      'cognito:groups': ['reviewers', 'staff'],
      name: 'Alice Archer',
      scope: 'openid profile email',
      iat: issuedAt,
      exp: issuedAt + HOUR,
    },
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip, deflate, br',
      'content-length': '60',
      host: 'tokens.example.com',
      'user-agent': 'okhttp/4.12.0',
      'x-amzn-trace-id': 'Root=1-65b2f1a0-3c1f8e2a4b5c6d7e8f901234',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    body: { documentId: DOCUMENT_ID, ttlSeconds: HOUR },
  });
}
