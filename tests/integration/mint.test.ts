import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { holderFromItem } from '../../lib/revocation/index.ts';
import { type ApiHandler, type ApiResult } from '../../lib/http/routes/route.ts';
import { apiEvent, lambdaContext, problemIn, tokenIn } from '../support/http/events.ts';
import { EVERYONE, grant, group, user } from '../support/grants/grants.ts';
import { ecPair, secretJson } from '../support/signing-keys/keys.ts';
import { putGrants, startMoto, type Moto } from '../support/aws/moto.ts';
import { resourcesOfFile } from '../support/runtime/resources.ts';
import { holderKey } from '../../lib/table/index.ts';

// A call that takes DynamoDB milliseconds can take moto a second on a busy machine.
jest.setTimeout(60_000);

const pair = ecPair();

let moto: Moto;
let handler: ApiHandler;

const resources = resourcesOfFile();
beforeAll(async () => {
  moto = resources.adopt(await startMoto(), (it) => it.stop());
  Object.assign(process.env, moto.environment);
  // The deployed function: it reads the environment when it is loaded, and begins to fetch the key.
  ({ handler } = await import('../../functions/mint-token.ts'));
});

/** Asks for a token as this caller. */
const mint = (claims: Readonly<Record<string, unknown>>, body: object): Promise<ApiResult> =>
  handler(apiEvent({ claims, body }), lambdaContext());

/** Reads the claims of a token in an answer, which the deployed key must have signed. */
async function claimsIn(result: ApiResult) {
  expect(result.statusCode).toBe(201);
  return (await jwtVerify(tokenIn(result).jwt, pair.publicKey)).payload;
}

const holderOf = async (documentId: string, userId: string) => {
  const [item] = await moto.table.batchGet([holderKey(documentId, userId)]);
  return item && holderFromItem(item);
};

// The first test needs a deployment without a key. The next tests store one.
test('A new deployment has no key: a mint is a 503 with this reason and a time to try again', async () => {
  await putGrants(moto, 'contract', grant(user('alice'), 'editor'));
  const result = await mint({ sub: 'alice' }, { documentId: 'contract' });
  expect(result).toMatchObject({
    statusCode: 503,
    headers: { 'retry-after': expect.stringMatching(/^(1\d|2\d|30)$/) },
  });
  expect(problemIn(result)).toMatchObject({ type: 'urn:layermint:problem:no-signing-key', status: 503 });
});

describe('Once a key is in the secret', () => {
  beforeAll(async () => {
    await moto.storeSigningKey(JSON.stringify(secretJson(pair, 'ES256', 'first-key')));
  });

  test('the very next request mints', async () => {
    const result = await mint({ sub: 'alice', name: 'Alice' }, { documentId: 'contract' });
    expect(decodeProtectedHeader(tokenIn(result).jwt)).toEqual({
      alg: 'ES256',
      typ: 'JWT',
      kid: 'first-key',
    });
    expect(await claimsIn(result)).toMatchObject({
      document_id: 'contract',
      user_id: 'alice',
      creator_name: 'Alice',
      permissions: ['read-document', 'write', 'download', 'cover-image'],
    });
  });

  test('an unknown document and one without a grant get the same refusal', async () => {
    await putGrants(moto, 'payroll', grant(user('bob'), 'viewer'));
    const [none, unknown] = await Promise.all(
      ['payroll', 'no-such-document'].map((documentId) => mint({ sub: 'alice' }, { documentId })),
    );
    expect([none?.statusCode, unknown?.statusCode]).toEqual([403, 403]);
    expect(none?.body).toBe(unknown?.body);
  });

  test('the holder item records until when the user may hold tokens, and from which grants', async () => {
    await putGrants(moto, 'report', grant(group('staff'), 'editor'), grant(EVERYONE, 'viewer'));
    const claims = { sub: 'carol', 'cognito:groups': ['staff', 'visitors'] };
    const before = Date.now();
    const token = await claimsIn(await mint(claims, { documentId: 'report', ttlSeconds: 600 }));
    const holder = await holderOf('report', 'carol');
    expect(holder).toMatchObject({ builtFrom: new Set(['GROUP#staff']), pending: {} });
    expect(holder?.epoch).toBeGreaterThanOrEqual(before);
    expect(holder?.holdsUntil).toBeGreaterThanOrEqual(token.exp ?? Infinity);
    expect((holder?.holdsUntil ?? 1) % 3600).toBe(0);
  });

  test('a longer token and another principal extend the holder item, and its epoch stays', async () => {
    await putGrants(moto, 'plan', grant(EVERYONE, 'viewer'));
    const first = await claimsIn(await mint({ sub: 'dave' }, { documentId: 'plan', ttlSeconds: 60 }));
    const before = await holderOf('plan', 'dave');
    await putGrants(moto, 'plan', grant(user('dave'), 'editor'));
    const second = await claimsIn(await mint({ sub: 'dave' }, { documentId: 'plan', ttlSeconds: 86_400 }));
    const after = await holderOf('plan', 'dave');
    expect(second.jti).toBe(first.jti);
    expect(after?.epoch).toBe(before?.epoch);
    expect(after?.builtFrom).toEqual(new Set(['EVERYONE', 'USER#dave']));
    expect(after?.holdsUntil).toBeGreaterThanOrEqual(second.exp ?? Infinity);
  });

  test('a caller in 150 groups is served by the grant of the last one', async () => {
    await putGrants(moto, 'manual', grant(group('group-149'), 'commenter', { layers: ['draft'] }));
    const groups = Array.from({ length: 150 }, (_, index) => `group-${index}`);
    const claims = { sub: 'erin', 'cognito:groups': groups };
    const result = await mint(claims, { documentId: 'manual', layer: 'draft' });
    expect(await claimsIn(result)).toMatchObject({ layer: 'draft', user_id: 'erin' });
    expect((await holderOf('manual', 'erin'))?.builtFrom).toEqual(new Set(['GROUP#group-149']));
  });

  test('concurrent first mints for one holder all succeed, in one family', async () => {
    await putGrants(moto, 'agenda', grant(EVERYONE, 'viewer'), grant(user('frank'), 'editor'));
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        mint({ sub: 'frank' }, { documentId: 'agenda', ttlSeconds: 3600 * (1 + (index % 4)) }),
      ),
    );
    const tokens = await Promise.all(results.map(claimsIn));
    expect(new Set(tokens.map(({ jti }) => jti)).size).toBe(1);
    const latest = Math.max(...tokens.map(({ exp }) => exp ?? Infinity));
    expect((await holderOf('agenda', 'frank'))?.holdsUntil).toBeGreaterThanOrEqual(latest);
  });

  test('concurrent mints of different users have separate families', async () => {
    const users = Array.from({ length: 10 }, (_, index) => `guest-${index}`);
    const results = await Promise.all(users.map((sub) => mint({ sub }, { documentId: 'agenda' })));
    const tokens = await Promise.all(results.map(claimsIn));
    expect(tokens.map((token) => token['user_id'])).toEqual(users);
    expect(new Set(tokens.map(({ jti }) => jti)).size).toBe(users.length);
  });

  test('ids and layers of any characters pass through the table unchanged', async () => {
    const userId = 'Zoë 🎷 #GRANT "x"';
    await putGrants(moto, 'a~b:c@d.e-f', grant(user(userId), 'editor', { layers: ['Änderung #1'] }));
    const result = await mint({ sub: userId }, { documentId: 'a~b:c@d.e-f', layer: 'Änderung #1' });
    expect(await claimsIn(result)).toMatchObject({ user_id: userId, layer: 'Änderung #1' });
  });

  test('a batch mints thirty tokens at once, each on its own document', async () => {
    const documents = Array.from({ length: 30 }, (_, index) => `page-${index}`);
    await Promise.all(documents.map((documentId) => putGrants(moto, documentId, grant(EVERYONE, 'viewer'))));
    const event = apiEvent({
      claims: { sub: 'grace' },
      body: { requests: documents.map((documentId) => ({ documentId })) },
      route: 'POST /v1/tokens/batch',
    });
    const result = await handler(event, lambdaContext());
    expect(result.statusCode).toBe(200);
    expect(JSON.parse(result.body ?? '')).toEqual({
      results: documents.map((documentId) => ({
        status: 201,
        token: expect.objectContaining({ documentId, userId: 'grace' }),
      })),
    });
  });
});
