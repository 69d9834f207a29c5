import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createHmac, createPublicKey } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { decodeProtectedHeader } from 'jose';
import * as z from 'zod';
import { LOCAL_CREDENTIALS } from '../../tools/local/stand-ins/dynamodb/dynamodb.ts';
import { type Stack, startStack } from '../../tools/local/stack/stack.ts';
import { systemClock } from '../../lib/runtime/clock.ts';
import { GrantStore } from '../../lib/grants/index.ts';
import { ROUTES } from '../../lib/http/routes/catalogue.ts';
import { grant, user } from '../support/grants/grants.ts';
import { type RawResponse, sendLines, sendRaw } from '../support/http/raw-http.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/identity/token-issuer.ts';
import { Table } from '../../lib/table/index.ts';

// A start takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const CONTRACT = 'contract-2026';
const PLAN = 'floor-plan';

let stack: Stack;
/** An issuer of the attacker's own. */
let foreign: TokenIssuer;

beforeAll(async () => {
  stack = await startStack({ port: 0, logLevel: 'error' });
  foreign = await startTokenIssuer('layermint', Date.now);
});
afterAll(async () => {
  await Promise.all([stack.close(), foreign.close()]);
});

const seconds = (): number => Math.floor(Date.now() / 1000);

const tokenOf = (caller: string): string => stack.callers[caller]?.token ?? '';

/** A caller token that the issuer signs; undefined leaves a claim or a header parameter out. */
const signed = (claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>) =>
  stack.signCallerToken(
    { iss: stack.issuer, aud: 'layermint', iat: seconds(), exp: seconds() + 3600, ...claims },
    header,
  );

interface Sent {
  readonly token?: string;
  /** Sent as it is where it is a text. */
  readonly body?: unknown;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Sends a request; `POST /v1/tokens` unless told otherwise. */
function send({
  token,
  body,
  method = 'POST',
  path = '/v1/tokens',
  headers = {},
}: Sent): Promise<RawResponse> {
  return sendRaw(stack.api, {
    method,
    path,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

const mint = (token: string, body: unknown): Promise<RawResponse> => send({ token, body });

const Minted = z.object({ jwt: z.string(), layer: z.string() });

/** The JWT in the answer to a mint that had to succeed. */
function jwtIn(answer: RawResponse): string {
  expect([answer.status, answer.body]).toEqual([201, expect.any(String)]);
  return Minted.parse(JSON.parse(answer.body)).jwt;
}

const Opened = z.object({
  userId: z.string(),
  permissions: z.array(z.string()),
  collaborationPermissions: z.array(z.string()).optional(),
});

/** What Document Engine lets a token do; the status where it refuses. */
async function open(jwt: string, documentId: string, layer = ''): Promise<z.infer<typeof Opened> | number> {
  const query = new URLSearchParams({ documentId, layer, jwt });
  const response = await fetch(`${stack.documentEngine}/local/open?${query.toString()}`);
  const text = await response.text();
  return response.status === 200 ? Opened.parse(JSON.parse(text)) : response.status;
}

/** Neither the answer nor anything it holds helps an attacker on. */
function expectRefused({ status, body }: Pick<RawResponse, 'status' | 'body'>, ...statuses: number[]): void {
  expect(statuses).toContain(status);
  expect(body).not.toContain('eyJ');
  expect(body).not.toContain('jwt"');
}

/** Gives a grant as the backend. */
async function give(documentId: string, principal: string, content: object): Promise<void> {
  const path = `/v1/documents/${documentId}/grants?${principal}`;
  const { status } = await send({ token: tokenOf('backend'), method: 'PUT', path, body: content });
  expect([200, 201]).toContain(status);
}

test('Without an attack a token comes out, and opens its own document and layer alone', async () => {
  const jwt = jwtIn(await mint(tokenOf('alice'), { documentId: CONTRACT }));
  expect(await open(jwt, CONTRACT)).toMatchObject({ userId: 'alice' });
  expect(await open(jwt, PLAN)).toBe(403);
  expect(await open(jwt, CONTRACT, 'review')).toBe(403);
  expect(await open(jwt, CONTRACT, 'user:alice')).toBe(403);
});

describe('a caller who is not who they say', () => {
  /** The issuer's public key as anybody can fetch it. */
  async function publishedKey(): Promise<{ kid: string; pem: string; modulus: Buffer }> {
    const response = await fetch(`${stack.issuer}/jwks`);
    const Jwk = z.object({ kty: z.string(), kid: z.string(), n: z.string(), e: z.string() });
    const { keys } = z.object({ keys: z.tuple([Jwk]) }).parse(await response.json());
    const { kid, ...key } = keys[0];
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
    return { kid, pem, modulus: Buffer.from(key.n, 'base64url') };
  }

  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = (): object => ({
    iss: stack.issuer,
    aud: 'layermint',
    sub: 'alice',
    iat: seconds(),
    exp: seconds() + 3600,
  });
  const withHmac = (kid: string, secret: string | Buffer): string => {
    const input = `${encode({ alg: 'HS256', kid })}.${encode(claims())}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? '';

  const forgeries: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['an expired one', () => signed({ sub: 'alice', iat: seconds() - 7200, exp: seconds() - 1 })],
    ['one without an end', () => signed({ sub: 'alice', exp: undefined })],
    ['one that is not valid yet', () => signed({ sub: 'alice', nbf: seconds() + 600 })],
    ['one of another issuer under its own name', () => foreign.sign()],
    [
      'one of another issuer under the name and kid of the right one',
      () => foreign.sign({ claims: { iss: stack.issuer }, header: { kid: kidOf(tokenOf('alice')) } }),
    ],
    ['one that names another issuer', () => signed({ sub: 'alice', iss: foreign.url })],
    ['one for another audience', () => signed({ sub: 'alice', aud: 'another-app' })],
    ['one for nobody', () => signed({ sub: 'alice', aud: undefined })],
    ['one without a kid', () => signed({ sub: 'alice' }, { kid: undefined })],
    ['one without a user', () => signed({})],
    ['alg none', () => `${encode({ alg: 'none', kid: kidOf(tokenOf('alice')) })}.${encode(claims())}.`],
    ['alg nOnE', () => `${encode({ alg: 'nOnE', kid: kidOf(tokenOf('alice')) })}.${encode(claims())}.e30`],
    [
      'HS256 with the PEM of the issuer’s public key as the secret',
      async () => {
        const { kid, pem } = await publishedKey();
        return withHmac(kid, pem);
      },
    ],
    [
      'HS256 with the modulus of the issuer’s public key as the secret',
      async () => {
        const { kid, modulus } = await publishedKey();
        return withHmac(kid, modulus);
      },
    ],
    [
      'one that brings its own key in the header',
      () =>
        foreign.sign({
          claims: { iss: stack.issuer },
          header: { kid: kidOf(tokenOf('alice')), jku: `${foreign.url}/jwks`, x5u: `${foreign.url}/jwks` },
        }),
    ],
    [
      'one whose kid points elsewhere',
      () => foreign.sign({ claims: { iss: stack.issuer }, header: { kid: `${foreign.url}/jwks` } }),
    ],
    [
      'a changed one with the old signature',
      () => {
        const [header = '', , signature = ''] = tokenOf('mallory').split('.');
        return `${header}.${encode(claims())}.${signature}`;
      },
    ],
    ['a Document Engine token', async () => jwtIn(await mint(tokenOf('alice'), { documentId: CONTRACT }))],
  ];

  test.each(forgeries)('with a token that is not accepted: %s', async (_, forge) => {
    expectRefused(await mint(await forge(), { documentId: CONTRACT }), 401);
  });

  test('without a token, on every route but the public ones', async () => {
    const PUBLIC = ['/health', '/.well-known/jwks.json'];
    for (const { key } of Object.values(ROUTES)) {
      const [method = '', template = ''] = key.split(' ');
      if (PUBLIC.includes(template)) continue;
      const path = template.replace(/\{\w+\}/, CONTRACT);
      const answer = await send({
        method,
        path,
        ...((method === 'POST' || method === 'PUT') && { body: { documentId: CONTRACT } }),
      });
      expectRefused(answer, 401);
      expect([path, answer.headers['www-authenticate']]).toEqual([path, expect.stringContaining('Bearer')]);
    }
  });

  test('with a token in any place but the Authorization header', async () => {
    const token = tokenOf('alice');
    const body = { documentId: CONTRACT };
    expectRefused(await send({ path: `/v1/tokens?access_token=${token}&jwt=${token}`, body }), 401);
    expectRefused(await send({ headers: { cookie: `Authorization=Bearer ${token}` }, body }), 401);
    expectRefused(await send({ headers: { 'x-authorization': `Bearer ${token}` }, body }), 401);
    expectRefused(await send({ body: { ...body, access_token: token } }), 401);
  });

  test('with what a proxy in front would say of the user', async () => {
    const headers = {
      'x-amzn-oidc-identity': 'alice',
      'x-forwarded-user': 'alice',
      'x-user-id': 'alice',
      'x-apigateway-event': JSON.stringify({
        requestContext: { authorizer: { jwt: { claims: { sub: 'alice' } } } },
      }),
    };
    expectRefused(await send({ headers, body: { documentId: CONTRACT } }), 401);
    const jwt = jwtIn(await send({ token: tokenOf('carol'), headers, body: { documentId: CONTRACT } }));
    expect(await open(jwt, CONTRACT)).toMatchObject({ userId: 'carol' });
  });

  test.each(['', 'Bearer', 'Bearer null', 'Basic YWxpY2U6YWxpY2U=', 'Token token="alice"'])(
    'with the header Authorization: %j',
    async (authorization) => {
      expectRefused(await send({ headers: { authorization }, body: { documentId: CONTRACT } }), 401);
    },
  );

  test('with a verified token whose user id is none', async () => {
    for (const sub of ['', 'a\u0000b', 'x'.repeat(513), 7, ['alice'], { id: 'alice' }, true, null]) {
      expectRefused(await mint(await signed({ sub }), { documentId: CONTRACT }), 401);
    }
  });
});

describe('headers that two readers could read differently', () => {
  const body = JSON.stringify({ documentId: CONTRACT });
  /** A mint request line by line. */
  const mintLines = (...headers: readonly string[]): string[] => [
    'POST /v1/tokens HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: close',
    'Content-Type: application/json',
    ...headers,
    `Content-Length: ${body.length}`,
    '',
    body,
  ];
  const bearer = (caller: string): string => `Bearer ${tokenOf(caller)}`;

  async function expectNoToken(lines: readonly string[], ...statuses: number[]): Promise<void> {
    const answer = await sendLines(stack.api, lines);
    expect(answer.statuses).toHaveLength(1);
    expect(statuses).toContain(answer.statuses[0]);
    expect(answer.text).not.toContain('eyJ');
  }

  test('the lines by themselves mint', async () => {
    const answer = await sendLines(stack.api, mintLines(`Authorization: ${bearer('alice')}`));
    expect(answer.statuses).toEqual([201]);
  });

  test('two Authorization headers, in any case, order and number', async () => {
    const [alice, mallory] = [bearer('alice'), bearer('mallory')];
    for (const [one, other] of [
      [`Authorization: ${mallory}`, `Authorization: ${alice}`],
      [`Authorization: ${alice}`, `authorization: ${mallory}`],
      [`AUTHORIZATION: ${mallory}`, `aUtHoRiZaTiOn: ${alice}`],
      [`Authorization: ${alice}`, `Authorization: ${alice}`],
      [`Authorization: ${alice}`, 'Authorization: Basic YWxpY2U6YWxpY2U='],
    ] as const) {
      await expectNoToken(mintLines(one, other), 401);
    }
  });

  test('two tokens in one Authorization header', async () => {
    const both = [tokenOf('mallory'), tokenOf('alice')];
    for (const separator of [',', ', ', ' ', ';', '\t', ',Bearer ']) {
      await expectNoToken(mintLines(`Authorization: Bearer ${both.join(separator)}`), 401);
    }
  });

  test('an Authorization header folded over two lines', async () => {
    const [first, second] = [tokenOf('mallory'), tokenOf('alice')];
    await expectNoToken(mintLines(`Authorization: Bearer ${first},`, ` Bearer ${second}`), 400, 401);
    await expectNoToken(mintLines('X-Harmless: yes', ` Authorization: Bearer ${second}`), 400, 401);
  });

  test('a header name with a space, a control character or another letter for an A', async () => {
    for (const name of ['Authorization ', ' Authorization', 'Authorization\u0000', '\u0391uthorization']) {
      await expectNoToken(mintLines(`${name}: ${bearer('alice')}`), 400, 401);
    }
  });

  test('a second request inside the body of the first', async () => {
    const inner = mintLines(`Authorization: ${bearer('alice')}`);
    const head = ['GET /health HTTP/1.1', 'Host: 127.0.0.1', 'Connection: close'];
    for (const framing of [
      ['Content-Length: 5', 'Transfer-Encoding: chunked', '', '0', '', ...inner],
      ['Content-Length: 0', `Content-Length: ${inner.join('\r\n').length}`, '', ...inner],
      ['Transfer-Encoding: xchunked', '', '0', '', ...inner],
      [`Content-Length: ${inner.join('\r\n').length}`, '', ...inner],
    ]) {
      const { statuses, text } = await sendLines(stack.api, [...head, ...framing]);
      expect(statuses).toHaveLength(1);
      expect(text).not.toContain('eyJ');
    }
  });

  test('a token longer than the headers may be', async () => {
    const answer = await send({
      token: `${tokenOf('alice')}${'A'.repeat(11_000)}`,
      body: { documentId: CONTRACT },
    });
    expectRefused(answer, 431);
  });
});

describe('a body that asks for what is not its to say', () => {
  test.each([
    ['user_id', 'alice'],
    ['userId', 'alice'],
    ['role', 'owner'],
    ['claims', { user_id: 'alice', permissions: ['write'] }],
    ['jti', 'mine'],
    ['exp', 4_102_444_800],
    ['__proto__', { onBehalfOf: { userId: 'alice' } }],
  ])('the member %j, which is refused by name', async (member, value) => {
    const body = `{"documentId": "${CONTRACT}", ${JSON.stringify(member)}: ${JSON.stringify(value)}}`;
    const answer = await mint(tokenOf('carol'), body);
    expectRefused(answer, 400);
    expect(answer.body).toContain(member);
  });

  test('a second documentId, for whoever reads the other one', async () => {
    for (const body of [
      `{"documentId": "${PLAN}", "documentId": "${CONTRACT}"}`,
      `{"documentId": "${CONTRACT}", "documentId": "${PLAN}"}`,
      String.raw`{"documentId": "${PLAN}", "\u0064ocumentId": "${CONTRACT}"}`,
    ]) {
      expectRefused(await mint(tokenOf('carol'), body), 400);
    }
  });

  test('onBehalfOf without the scope, or with one that is nearly it', async () => {
    const body = { documentId: CONTRACT, onBehalfOf: { userId: 'alice' } };
    for (const scope of [
      undefined,
      'openid',
      'layermint/on-behalf-of',
      'x/layermint/on-behalf',
      'LAYERMINT/ON-BEHALF',
    ])
      expectRefused(await mint(await signed({ sub: 'mallory', scope }), body), 403);
    for (const caller of ['alice', 'carol', 'mallory']) expectRefused(await mint(tokenOf(caller), body), 403);
  });

  test('onBehalfOf with the scope lends nothing of the backend’s own', async () => {
    const answer = await mint(tokenOf('backend'), {
      documentId: CONTRACT,
      onBehalfOf: { userId: 'mallory' },
    });
    expectRefused(answer, 403);
    const jwt = jwtIn(
      await mint(tokenOf('backend'), {
        documentId: CONTRACT,
        onBehalfOf: { userId: 'carol', name: 'Alice Archer' },
      }),
    );
    expect(await open(jwt, CONTRACT)).toMatchObject({
      userId: 'carol',
      permissions: ['read-document', 'cover-image'],
    });
  });

  test('a batch of which one entry is for somebody else', async () => {
    const own = { documentId: CONTRACT };
    const requests = [own, { ...own, onBehalfOf: { userId: 'alice' } }];
    const answer = await send({ token: tokenOf('carol'), path: '/v1/tokens/batch', body: { requests } });
    for (const [, jwt = ''] of answer.body.matchAll(/"jwt":"([^"]+)"/g)) {
      expect(await open(jwt, CONTRACT)).toMatchObject({ userId: 'carol' });
    }
    expect(answer.body).not.toContain('"userId":"alice"');
  });

  test.each([
    ['a form', 'application/x-www-form-urlencoded', `documentId=${CONTRACT}`, 415],
    ['plain text, which a page of another site can send', 'text/plain', `{"documentId":"${CONTRACT}"}`, 415],
    ['two media types', 'application/json, text/plain', `{"documentId":"${CONTRACT}"}`, 415],
    ['UTF-16', 'application/json; charset=utf-16le', `{"documentId":"${CONTRACT}"}`, 415],
    ['a list', 'application/json', `[{"documentId":"${CONTRACT}"}]`, 400],
    ['two documents', 'application/json', `{"documentId":"${CONTRACT}"}{"documentId":"${PLAN}"}`, 400],
    ['nothing', 'application/json', '', 400],
  ])('as %s', async (_, contentType, body, status) => {
    const headers = { 'content-type': contentType };
    expectRefused(await send({ token: tokenOf('carol'), headers, body }), status);
  });

  test('of more than 64 KB, or more than API Gateway takes', async () => {
    const padded = (length: number): string => `{"documentId":"${CONTRACT}"${' '.repeat(length)}}`;
    expectRefused(await mint(tokenOf('carol'), padded(64 * 1024)), 413);
    expectRefused(await mint(tokenOf('carol'), padded(10 * 1024 * 1024)), 413);
  });

  test('that is nested until a parser gives up', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    expectRefused(await mint(tokenOf('carol'), `{"documentId":"${CONTRACT}","permissions":${deep}}`), 400);
  });
});

describe('somebody else’s layer', () => {
  test("another user's private layer, by its name or one that reads like it", async () => {
    expectRefused(await mint(tokenOf('alice'), { documentId: CONTRACT, layer: 'user:bob' }), 403);
    // Alice may open every shared layer, and these are names of shared layers like any other.
    for (const layer of [
      'user%3Abob',
      'USER:bob',
      'user\uff1abob',
      ' user:bob',
      'user\u200b:bob',
      './user:bob',
    ]) {
      const jwt = jwtIn(await mint(tokenOf('alice'), { documentId: CONTRACT, layer }));
      expect([layer, await open(jwt, CONTRACT, 'user:bob')]).toEqual([layer, 403]);
    }
  });

  test("another user's private layer, by onBehalfOf", async () => {
    const onBehalfOf = { userId: 'alice', groups: ['editors'] };
    const named = { documentId: CONTRACT, layer: 'user:bob', onBehalfOf };
    expectRefused(await mint(tokenOf('backend'), named), 403);
    expectRefused(await mint(tokenOf('alice'), { ...named, onBehalfOf: { userId: 'bob' } }), 403);
    const jwt = jwtIn(
      await mint(tokenOf('backend'), { documentId: CONTRACT, privateLayer: true, onBehalfOf }),
    );
    expect(await open(jwt, CONTRACT, 'user:bob')).toBe(403);
    expect(await open(jwt, CONTRACT, 'user:alice')).toMatchObject({ userId: 'alice' });
  });

  test("another user's private layer, by a grant that names it", async () => {
    for (const layers of [['user:bob'], ['', 'user:bob'], ['user:*']]) {
      const path = `/v1/documents/${CONTRACT}/grants?user=mallory`;
      for (const caller of ['alice', 'backend']) {
        const answer = await send({
          token: tokenOf(caller),
          method: 'PUT',
          path,
          body: { role: 'viewer', layers },
        });
        expectRefused(answer, 400);
      }
    }
  });

  test("another user's private layer, by way of the sample apps' routes", async () => {
    const authorization = `Basic ${Buffer.from('alice:any').toString('base64')}`;
    const accept = 'application/vnd.instant-example+json';
    for (const layer of ['user:bob', 'user%3Abob', 'user%3abob']) {
      expectRefused(
        await send({ method: 'GET', path: `/d/${CONTRACT}/${layer}`, headers: { authorization, accept } }),
        403,
      );
      const answer = await send({
        method: 'GET',
        path: `/api/document/${CONTRACT}/${layer}`,
        headers: { authorization },
      });
      expectRefused(answer, 200);
      expect(answer.body).toContain('"success":false');
    }
  });

  test('a shared layer, by a user id equal to its name', async () => {
    await give(CONTRACT, 'user=review', { role: 'viewer', layers: [], privateLayer: true });
    const token = await signed({ sub: 'review' });
    expectRefused(await mint(token, { documentId: CONTRACT, layer: 'review' }), 403);
    const jwt = jwtIn(await mint(token, { documentId: CONTRACT, privateLayer: true }));
    expect(await open(jwt, CONTRACT, 'review')).toBe(403);
    expect(await open(jwt, CONTRACT, 'user:review')).toMatchObject({ userId: 'review' });
  });

  test('a layer that is none, or every one', async () => {
    for (const layer of ['*', 'a*', 'a\u0000b', 'x'.repeat(257), null, 7, ['review']]) {
      expectRefused(await mint(tokenOf('alice'), { documentId: CONTRACT, layer }), 400);
    }
    expectRefused(
      await mint(tokenOf('alice'), { documentId: CONTRACT, layer: 'review', privateLayer: true }),
      400,
    );
  });
});

describe('more than any one grant allows', () => {
  const VIEWS = ['annotations:view:all', 'comments:view:all', 'form-fields:view:all'];

  test('a viewer and a commenter, merged to an editor', async () => {
    await give(PLAN, 'user=vera', { role: 'viewer' });
    await give(PLAN, 'group=commenters', { role: 'commenter' });
    const both = await signed({ sub: 'vera', 'cognito:groups': ['commenters'] });
    const opened = await open(jwtIn(await mint(both, { documentId: PLAN })), PLAN);
    expect(opened).toEqual({
      userId: 'vera',
      permissions: ['read-document', 'write', 'cover-image'],
      collaborationPermissions: expect.arrayContaining(VIEWS),
    });
    const { collaborationPermissions = [] } = Opened.parse(opened);
    const beyond = collaborationPermissions.filter(
      (it) => /:(edit|delete|fill|set-group):/.test(it) && !it.endsWith(':self'),
    );
    expect(beyond).toEqual([]);
    expectRefused(await mint(both, { documentId: PLAN, permissions: ['download'] }), 403);
  });

  test.each([
    'commenters editors',
    '[editors]',
    'editors]',
    'x] [editors',
    'x,editors',
    '"editors"',
    'Editors',
    'editors\u200b',
    'annotations:edit:all',
    'group=editors',
    '*',
  ])('a group built to be read as another, or as a permission: %s', async (name) => {
    for (const groups of [name, [name], ['x', name]]) {
      const token = await signed({ sub: 'gina', 'cognito:groups': groups });
      expectRefused(await mint(token, { documentId: CONTRACT }), 403);
    }
  });

  test('groups that are not a list of texts', async () => {
    for (const groups of [{ editors: true }, [['editors']], [7, 'editors'], 7]) {
      const token = await signed({ sub: 'gina', 'cognito:groups': groups });
      expectRefused(await mint(token, { documentId: CONTRACT }), 401);
    }
  });

  test('a default group built to add a permission', async () => {
    const path = `/v1/documents/${CONTRACT}/grants?user=mallory`;
    for (const defaultGroup of ['x:edit:all', 'annotations:edit:all', 'a=b', '*', '']) {
      const body = { role: 'viewer', defaultGroup };
      expectRefused(await send({ token: tokenOf('alice'), method: 'PUT', path, body }), 400);
    }
  });

  test('a user id that is the key of another principal', async () => {
    for (const sub of [
      'GROUP#editors',
      'USER#alice',
      'EVERYONE',
      'alice ',
      'Alice',
      'a\u200blice',
      '#GROUP#editors',
    ]) {
      expectRefused(await mint(await signed({ sub }), { documentId: CONTRACT }), 403);
    }
  });

  test('an expired grant that is still in the table', async () => {
    const client = new DynamoDBClient({
      endpoint: stack.dynamoDB,
      region: 'us-east-1',
      credentials: LOCAL_CREDENTIALS,
    });
    const { name } = z
      .object({ name: z.string() })
      .parse(await (await fetch(`${stack.api}/local/table`)).json());
    const store = new GrantStore(new Table(client, name, systemClock));
    await store.put(PLAN, grant(user('ernie'), 'owner', { layers: ['*'], expiresAt: seconds() - 1 }));
    const token = await signed({ sub: 'ernie' });
    client.destroy();

    expectRefused(await mint(token, { documentId: PLAN }), 403);
    expectRefused(
      await send({
        token,
        method: 'PUT',
        path: `/v1/documents/${PLAN}/grants?user=ernie`,
        body: { role: 'viewer' },
      }),
      403,
    );
    const { body } = await send({ token, method: 'GET', path: '/v1/documents' });
    expect(JSON.parse(body)).toEqual({ documents: [] });
    await give(PLAN, 'everyone', { role: 'thumbnail' });
    const jwt = jwtIn(await mint(token, { documentId: PLAN }));
    expect(await open(jwt, PLAN)).toBe(403);
  });

  test('a life beyond the grant, or beyond what the stage allows', async () => {
    const expiresAt = seconds() + 120;
    await give(PLAN, 'user=tim', { role: 'viewer', expiresAt: new Date(expiresAt * 1000).toISOString() });
    const answer = await mint(await signed({ sub: 'tim' }), { documentId: PLAN, ttlSeconds: 3600 });
    const { expiresAt: until } = z.object({ expiresAt: z.string() }).parse(JSON.parse(answer.body));
    expect(Date.parse(until) / 1000).toBeLessThanOrEqual(expiresAt);
    for (const ttlSeconds of [86_401, 1e9, -1, 0, 59, 600.5, '600', null])
      expectRefused(await mint(tokenOf('alice'), { documentId: CONTRACT, ttlSeconds }), 400);
  });

  test('an owner who gives away more than is their own', async () => {
    await give(PLAN, 'user=olga', { role: 'owner', layers: ['review'] });
    const token = await signed({ sub: 'olga' });
    const giveOn = (principal: string, body: object): Promise<RawResponse> =>
      send({ token, method: 'PUT', path: `/v1/documents/${PLAN}/grants?${principal}`, body });
    expectRefused(await giveOn('user=olga', { role: 'owner', layers: ['*'] }), 403);
    expectRefused(await giveOn('user=mallory', { role: 'viewer', layers: [''] }), 403);
    expectRefused(await giveOn('everyone', { role: 'owner', layers: ['review'] }), 403);
  });

  test('a backend token, or another’s revocation, without the scope', async () => {
    const body = { allowedDocumentIds: [CONTRACT], allowedOperations: ['build'] };
    expectRefused(await send({ token: tokenOf('alice'), path: '/v1/backend-tokens', body }), 403);
    expectRefused(
      await send({ token: tokenOf('mallory'), path: '/v1/revocations', body: { userId: 'alice' } }),
      403,
    );
    const jwt = jwtIn(await mint(tokenOf('alice'), { documentId: CONTRACT }));
    expectRefused(
      await send({ token: tokenOf('mallory'), path: '/v1/revocations', body: { documentId: CONTRACT } }),
      403,
    );
    expect(await open(jwt, CONTRACT)).toMatchObject({ userId: 'alice' });
  });
});

describe('a path that two readers could read differently', () => {
  const PATHS = [
    '/v1/tokens/',
    '//v1/tokens',
    '/v1//tokens',
    '/V1/Tokens',
    '/v1/tokens;x=y',
    '/v1/tokens%00',
    '/v1/tokens%20',
    '/v1/./tokens',
    '/health/../v1/tokens',
    '/health/%2e%2e/v1/tokens',
    '/v1/tokens%3Fx',
    '/v1%5Ctokens',
    '/v1%252Ftokens',
    '/local/../v1/tokens',
  ];

  test.each(PATHS)('%s is no route, with a token and without', async (path) => {
    expectRefused(await send({ path, body: { documentId: CONTRACT } }), 404);
    expectRefused(await send({ token: tokenOf('alice'), path, body: { documentId: CONTRACT } }), 404);
  });

  test('/v1%2Ftokens and /%76%31/tokens are the route itself, authorizer included', async () => {
    for (const path of ['/v1%2Ftokens', '/%76%31/tokens']) {
      expectRefused(await send({ path, body: { documentId: CONTRACT } }), 401);
      expectRefused(await send({ token: tokenOf('mallory'), path, body: { documentId: CONTRACT } }), 403);
    }
  });

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])(
    '%s /v1/tokens mints nothing',
    async (method) => {
      const answer = await send({ method, token: tokenOf('alice') });
      expectRefused(answer, 405);
      expect(answer.headers['allow']).toBe('POST');
    },
  );

  test('a header that asks for another method than the request’s', async () => {
    const headers = { 'x-http-method-override': 'POST', 'x-method-override': 'POST' };
    const answer = await send({
      method: 'GET',
      path: '/v1/tokens?_method=POST',
      token: tokenOf('alice'),
      headers,
    });
    expectRefused(answer, 405);
  });

  test('an absolute request target', async () => {
    const { statuses, text } = await sendLines(stack.api, [
      `GET http://127.0.0.1/local HTTP/1.1`,
      'Host: evil.example',
      'Connection: close',
      '',
    ]);
    expect([400, 403, 404]).toContain(statuses[0]);
    expect(text).not.toContain('eyJ');
  });

  const IDS = [
    `${CONTRACT}%2F..%2F${PLAN}`,
    `${CONTRACT}%2F`,
    `${PLAN}%00`,
    `${PLAN}%23GRANT`,
    `DOC%23${PLAN}`,
    '%2a',
    `${PLAN}%0d%0aX-Injected:%20yes`,
    `${PLAN}%20`,
    'x'.repeat(257),
    '%ff',
  ];

  test.each(IDS)('the document id %s in a path', async (id) => {
    for (const caller of ['mallory', 'backend']) {
      const answer = await send({
        token: tokenOf(caller),
        method: 'GET',
        path: `/v1/documents/${id}/grants`,
      });
      expectRefused(answer, 400, 404);
      expect(answer.headers).not.toHaveProperty('x-injected');
      expect(answer.body).not.toContain('editors');
    }
  });

  test('hostile document ids in a body', async () => {
    for (const documentId of [
      '',
      '*',
      `${PLAN}/../${CONTRACT}`,
      `DOC#${CONTRACT}`,
      `${CONTRACT}\u0000`,
      `${CONTRACT} `,
      'x'.repeat(257),
      '\u0441ontract-2026',
      { $ne: '' },
      [CONTRACT],
      null,
    ]) {
      expectRefused(await mint(tokenOf('alice'), { documentId }), 400);
    }
    for (const documentId of ['..', '.', '__proto__', 'constructor', 'KEYS', CONTRACT.toUpperCase()])
      expectRefused(await mint(tokenOf('alice'), { documentId }), 403);
  });

  test('an unknown document is not told from one without a grant', async () => {
    const [there, nowhere] = await Promise.all(
      [CONTRACT, 'no-such-document'].map((documentId) => mint(tokenOf('mallory'), { documentId })),
    );
    const told = (answer?: RawResponse): unknown => ({
      ...z.record(z.string(), z.unknown()).parse(JSON.parse(answer?.body ?? '')),
      requestId: '',
      status: answer?.status,
    });
    expect(told(there)).toEqual(told(nowhere));
  });
});

describe('the local stack’s own routes', () => {
  const LOCAL = [
    ['GET', '/local'],
    ['GET', '/local/table'],
    ['GET', '/local/functions/mintToken'],
    ['POST', '/local/functions/mintToken/restart'],
    ['POST', '/local/functions/sweepRevocations/invoke'],
  ] as const;
  const FOREIGN_HOSTS = [
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:4747',
    'evil.example:127.0.0.1',
    '127.0.0.1@evil.example',
    '0.0.0.0',
  ];

  test.each(LOCAL)('%s %s for a page that points a name of its own at this machine', async (method, path) => {
    for (const host of FOREIGN_HOSTS) {
      const answer = await send({ method, path, headers: { host } });
      expectRefused(answer, 400, 403);
      expect(answer.body).not.toContain('AWS_');
    }
    for (const hosts of [['Host: 127.0.0.1', 'Host: evil.example'], ['Host:'], []]) {
      const lines = [`${method} ${path} HTTP/1.1`, ...hosts, 'Connection: close', ''];
      const { statuses, text } = await sendLines(stack.api, lines);
      expect([400, 403]).toContain(statuses[0]);
      expect(text).not.toContain('eyJ');
    }
    // HTTP/1.0 needs no Host.
    const old = await sendLines(stack.api, [`${method} ${path} HTTP/1.0`, '']);
    expect([400, 403]).toContain(old.statuses[0]);
  });

  test.each(LOCAL.slice(2))('%s %s for a page of another site', async (method, path) => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost:3000'])
      expectRefused(await send({ method, path, headers: { origin } }), 403);
  });

  test.each(LOCAL)('%s %s gives a page of another site no leave to read it', async (method, path) => {
    const answer = await send({ method, path, headers: { origin: 'https://evil.example' } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('the environment of a function by way of its name', async () => {
    for (const path of [
      '/local/functions/../table',
      '/local/functions/mintToken%2Frestart',
      '/local/functions/__proto__',
    ])
      expectRefused(await send({ method: 'GET', path }), 404);
  });
});
