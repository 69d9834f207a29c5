import { describe, expect, test } from '@jest/globals';
import { NONCE_HEADER, PROOF_HEADER, proofOfRequest } from '../../../tools/local/proof/index.ts';
import { sendLines, sendRaw, type RawRequest } from '../../support/http/raw-http.ts';
import { expectRefused, send, stack } from '../../support/local-stack/stack-under-attack.ts';

describe('the local stack’s own routes', () => {
  const LOCAL = [
    ['GET', '/local'],
    ['GET', '/local/callers/alice/token'],
    ['GET', '/local/commands/description'],
    ['GET', '/local/commands/table'],
    ['GET', '/local/commands/functions/mintToken'],
    ['POST', '/local/commands/functions/mintToken/restart'],
    ['POST', '/local/commands/functions/sweepRevocations/invoke'],
  ] as const;
  const FOR_COMMANDS = LOCAL.slice(2);
  const FOREIGN_HOSTS = [
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:4747',
    'evil.example:127.0.0.1',
    '127.0.0.1@evil.example',
    '0.0.0.0',
  ];

  test.each(LOCAL)('%s %s by a page under a host name that points to this machine', async (method, path) => {
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

  test.each(FOR_COMMANDS)('%s %s by a page of another site', async (method, path) => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost:3000'])
      expectRefused(await send({ method, path, headers: { origin } }), 403);
  });

  test.each(LOCAL)('%s %s, read by a page of another site', async (method, path) => {
    const answer = await send({ method, path, headers: { origin: 'https://evil.example' } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('the sample apps’ tokens for a page that points a name of its own at this machine', async () => {
    const authorization = `Basic ${Buffer.from('alice:any').toString('base64')}`;
    for (const path of [
      '/api/documents',
      '/api/document/contract-2026',
      '/d/contract-2026',
      '/as/alice/d/contract-2026',
    ]) {
      for (const foreign of [{ host: 'evil.example:4747' }, { origin: 'https://evil.example' }]) {
        const headers = { authorization, accept: 'application/vnd.instant-example+json' };
        expectRefused(await send({ method: 'GET', path, headers: { ...headers, ...foreign } }), 403);
        expect((await send({ method: 'GET', path, headers })).body).toContain('eyJ');
      }
    }
  });

  test('the environment of a function through its name', async () => {
    for (const path of [
      '/local/commands/functions/../table',
      '/local/commands/functions/mintToken%2Frestart',
      '/local/commands/functions/__proto__',
    ])
      expectRefused(await send({ method: 'GET', path }), 403);
  });

  test.each(FOR_COMMANDS)('%s %s by another user of this machine', async (method, path) => {
    for (const proof of ['', 'a', proofOfRequest('', { method, target: path, nonce: 'a' })]) {
      const answer = await send({ method, path, headers: { [NONCE_HEADER]: 'a', [PROOF_HEADER]: proof } });
      expectRefused(answer, 403);
      expect(answer.body).not.toMatch(/AWS_|layermint-local/);
      expect(answer.headers).not.toHaveProperty(PROOF_HEADER);
    }
  });

  test('everyone’s token by another user of this machine', async () => {
    expectRefused(await send({ method: 'GET', path: '/local' }), 200);
    expectRefused(await send({ method: 'GET', path: '/local/callers/backend/token' }), 404);
  });
});

describe('the stand-ins of the local stack', () => {
  const TABLE_SCAN: RawRequest = {
    method: 'POST',
    path: '/',
    headers: {
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'x-amz-date': '20260131T120000Z',
      'content-type': 'application/x-amz-json-1.0',
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/20260131/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a',
    },
    body: '{}',
  };
  const SIGNING_KEY: RawRequest = {
    method: 'POST',
    path: '/',
    headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body: '{"SecretId": "layermint-local-SigningKeySecret"}',
  };
  const form = (body: string): RawRequest => ({
    method: 'POST',
    path: '/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  const TOKEN = form('grant_type=password&username=alice&password=any');
  const withCredentials = (request: RawRequest): RawRequest => ({
    ...request,
    headers: {
      ...request.headers,
      'x-amz-security-token': stack.awsCredentials.sessionToken ?? '',
    },
  });
  const ATTACKS: [string, () => string, () => RawRequest, string][] = [
    ['a demo user’s token from the issuer', () => stack.issuer, () => TOKEN, 'eyJ'],
    ['the table from DynamoDB', () => stack.dynamoDB, () => withCredentials(TABLE_SCAN), 'layermint'],
    [
      'the private key from Secrets Manager',
      () => stack.secretsManager,
      () => withCredentials(SIGNING_KEY),
      'PRIVATE KEY',
    ],
    ['a document from Document Engine', () => stack.documentEngine, () => ({ path: '/local/open' }), ''],
  ];
  const FOREIGN = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost.evil.example' },
    { host: 'evil.example' },
    { host: '127.0.0.1.evil.example', origin: 'http://127.0.0.1.evil.example' },
  ];

  test.each(ATTACKS)('%s for a page of another site, or one that names this machine', async (...attack) => {
    const [, base, requestOf, secret] = attack;
    const request = requestOf();
    expect((await sendRaw(base(), request)).body).toContain(secret);
    for (const foreign of FOREIGN) {
      const answer = await sendRaw(base(), { ...request, headers: { ...request.headers, ...foreign } });
      expectRefused(answer, 403);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
    const preflight = { 'access-control-request-method': 'POST', origin: 'https://evil.example' };
    const allowed = await sendRaw(base(), { method: 'OPTIONS', path: request.path, headers: preflight });
    expect(allowed.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test.each([
    ['the table from DynamoDB', () => stack.dynamoDB, TABLE_SCAN],
    ['the private key from Secrets Manager', () => stack.secretsManager, SIGNING_KEY],
  ] as const)('%s for another user of this machine', async (_what, base, request) => {
    const { sessionToken = '' } = stack.awsCredentials;
    for (const guess of [undefined, '', 'local', sessionToken.slice(1), `${sessionToken},${sessionToken}`]) {
      const headers = { ...request.headers, ...(guess !== undefined && { 'x-amz-security-token': guess }) };
      const answer = await sendRaw(base(), { ...request, headers });
      expectRefused(answer, 400);
      expect(JSON.parse(answer.body)).toMatchObject({ __type: 'UnrecognizedClientException' });
    }
  });

  test.each(['', '&client_secret=', '&client_secret=any', '&client_secret[]=any'])(
    'the backend’s token from the issuer for another user of this machine, with %j',
    async (secret) => {
      const body = `grant_type=client_credentials&client_id=backend${secret}`;
      expectRefused(await sendRaw(stack.issuer, form(body)), 400);
    },
  );

  test('A page of the developer’s own, on this machine, signs in at the issuer', async () => {
    const headers = { ...TOKEN.headers, origin: 'http://localhost:5173' };
    expect(await sendRaw(stack.issuer, { ...TOKEN, headers })).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': '*' },
    });
  });
});
