// The Lambda function that a team would write first: jose, all of zod, the AWS SDK with its defaults, nothing bundled. API Gateway has
// verified the caller's token. A grant is one item for each document and user.
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';

const Environment = z.object({ TABLE_NAME: z.string(), SECRET_ID: z.string() });
const Body = z.object({
  documentId: z.string().min(1),
  ttlSeconds: z.number().int().positive().max(86_400).default(3600),
});
const Claims = z.object({ sub: z.string().min(1) });
const Grant = z.object({ permissions: z.array(z.string()) });
const Secret = z.object({ kid: z.string(), alg: z.literal('ES256'), privateKey: z.string() });

const environment = Environment.parse(process.env);
const table = new DynamoDBClient();
const secrets = new SecretsManagerClient();

/** The key, fetched and imported once for each process. */
let signingKey;

export async function handler(event) {
  const body = Body.safeParse(JSON.parse(event.body ?? '{}'));
  if (!body.success) return answer(400, { message: z.prettifyError(body.error) });
  const { sub } = Claims.parse(event.requestContext.authorizer.jwt.claims);
  const { documentId, ttlSeconds } = body.data;
  const grant = await grantOf(documentId, sub);
  if (grant === undefined) return answer(403, { message: 'You may not open this document.' });
  signingKey ??= fetchSigningKey();
  const { kid, alg, privateKey } = await signingKey;
  const jwt = await new SignJWT({ document_id: documentId, user_id: sub, permissions: grant.permissions })
    .setProtectedHeader({ alg, kid, typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime(`${ttlSeconds}s`)
    .sign(privateKey);
  console.log(JSON.stringify({ level: 'INFO', message: 'minted', documentId, userId: sub }));
  return answer(201, { jwt });
}

async function grantOf(documentId, userId) {
  const Key = { pk: { S: `DOCUMENT#${documentId}` }, sk: { S: `USER#${userId}` } };
  const { Item } = await table.send(
    new GetItemCommand({ TableName: environment.TABLE_NAME, Key, ConsistentRead: true }),
  );
  return Item && Grant.parse(unmarshall(Item));
}

async function fetchSigningKey() {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: environment.SECRET_ID }));
  const { kid, alg, privateKey } = Secret.parse(JSON.parse(SecretString));
  return { kid, alg, privateKey: await importPKCS8(privateKey, alg) };
}

function answer(statusCode, body) {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
