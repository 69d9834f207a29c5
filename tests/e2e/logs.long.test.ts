import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createPrivateKey } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { type LocalStack, startLocalStack } from '../support/local-stack/local-stack.ts';
import { sendRaw, type RawRequest, type RawResponse } from '../support/http/raw-http.ts';
import { METRICS } from '../../lib/runtime/metrics.ts';
import { LocalStack as RunningStack } from '../../tools/cli/local-stack.ts';
import { exchange } from '../../tools/cli/proven-exchange.ts';
import { clientSecretOf, readSecretFile, sessionTokenOf } from '../../tools/local/proof/index.ts';
import { functionPath, TABLE_PATH } from '../../tools/local/stack/routes/paths.ts';

// A start takes seconds, and more on a busy machine.
jest.setTimeout(400_000);

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const CONTRACT = 'contract-2026';
/** A text in every field of a body that takes any, except those that the lines name by design. */
const MARKER = 'hunter2';
/** A text in the fields that lines and audit records name by design beside ids: layers, and the group of a grant's new annotations. */
const NAMED = 'by-design';
/** The members of a line that may contain it. */
const NAMING = new Set(['layer', 'layers', 'defaultGroup']);
const TOKEN = /eyJ[\w-]{5,}(?:\.[\w-]*){0,2}/g;

/** The texts that no log may contain, each with its description. */
const secrets = new Map<string, string>();
let stack: LocalStack | undefined;
let written = '';
let temporary = '';
let startedAt = 0;

/** Lists the descriptions of the secrets in a text. */
function leaksIn(text: string): string[] {
  return [...secrets].filter(([secret]) => text.includes(secret)).map(([, what]) => what);
}

function keepSecret(what: string, secret: string): void {
  expect(secret.length).toBeGreaterThanOrEqual(MARKER.length);
  // The first description is the right one.
  if (!secrets.has(secret)) secrets.set(secret, what);
}

/** Keeps tokens, and their claims and signatures separately: each part reveals as much as the whole. */
function keepTokens(what: string, text: string): void {
  for (const [token] of text.matchAll(TOKEN)) {
    keepSecret(what, token);
    for (const part of token.split('.').slice(1)) if (part.length > 20) keepSecret(`part of ${what}`, part);
  }
}

/** Keeps a private key in all its written forms. */
function keepKey(secret: string): void {
  const { privateKey } = z.object({ privateKey: z.string() }).parse(JSON.parse(secret));
  for (const line of privateKey.split('\n').filter((it) => it !== '' && !it.startsWith('-----'))) {
    keepSecret('the private key', line);
  }
  keepSecret('the private key as a JWK', createPrivateKey(privateKey).export({ format: 'jwk' }).d ?? '');
}

beforeAll(async () => {
  startedAt = Date.now();
  temporary = await mkdtemp(join(tmpdir(), 'layermint-logs-'));
  stack = await startLocalStack(['--log-level', 'debug'], { TMPDIR: temporary });
  for (const { token } of Object.values(stack.callers)) keepTokens('a caller token', token);
  keepSecret('a part of a request body', MARKER);
  await useEverything(stack);
  await stack.stop();
  const [description = '', ...rest] = stack.command.stdout.split('\n');
  // The one line with the description contains caller tokens by design.
  expect(description).toContain('"callers"');
  written = stack.command.stderr + rest.join('\n');
});
afterAll(async () => {
  await stack?.stop();
  await rm(temporary, { recursive: true });
});

/** Calls every route and every function of a stack, with successes and failures. */
async function useEverything(stack: LocalStack): Promise<void> {
  const served: string[] = [];
  const call = async (request: RawRequest, base = stack.api): Promise<RawResponse> => {
    const answer = await sendRaw(base, request);
    keepTokens('a token of an answer', answer.body);
    const { 'apigw-requestid': id } = answer.headers;
    if (id !== undefined) served.push(id);
    return answer;
  };
  const as = (caller: string): Record<string, string> => ({
    authorization: `Bearer ${stack.callers[caller]?.token ?? ''}`,
    'content-type': 'application/json',
  });
  const post = (caller: string, path: string, body: unknown): Promise<RawResponse> =>
    call({
      method: 'POST',
      path,
      headers: as(caller),
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const Jwt = z.object({ jwt: z.string() });
  const statuses = async (...answers: Promise<RawResponse>[]): Promise<number[]> =>
    (await Promise.all(answers)).map(({ status }) => status);

  const minted = await post('alice', '/v1/tokens', { documentId: CONTRACT, layer: `${NAMED} layer` });
  const { jwt } = Jwt.parse(JSON.parse(minted.body));
  const onBehalfOf = { userId: 'bob', groups: [MARKER, 'editors'], name: `${MARKER} name` };
  expect(
    await statuses(
      post('alice', '/v1/tokens', { documentId: CONTRACT, privateLayer: true }),
      post('backend', '/v1/tokens', { documentId: CONTRACT, onBehalfOf }),
      post('carol', '/v1/tokens', { documentId: CONTRACT, layer: NAMED }),
      post('carol', '/v1/tokens', { documentId: CONTRACT, permissions: ['write'] }),
      post('carol', '/v1/tokens', {
        documentId: CONTRACT,
        permissions: [MARKER],
        layer: 7,
        ttlSeconds: MARKER,
      }),
      post('carol', '/v1/tokens', { documentId: `${MARKER}/${jwt}` }),
      post('carol', '/v1/tokens', { documentId: CONTRACT, password: MARKER, [jwt]: jwt }),
      post('carol', '/v1/tokens', {
        documentId: CONTRACT,
        [`${MARKER} in a name that is too long for one`]: 1,
      }),
      post('carol', '/v1/tokens', { documentId: CONTRACT, onBehalfOf }),
      post('carol', '/v1/tokens', `{"documentId": ${MARKER}`),
      post('carol', '/v1/tokens', `{"jwt": ${jwt}}`),
      post('carol', '/v1/tokens', MARKER.repeat(10_000)),
      call({
        method: 'POST',
        path: '/v1/tokens',
        headers: { ...as('carol'), 'content-type': MARKER },
        body: MARKER,
      }),
      call({
        method: 'POST',
        path: '/v1/tokens',
        headers: { 'content-type': 'application/json' },
        body: MARKER,
      }),
      call({ method: 'POST', path: `/v1/tokens?access_token=${jwt}`, headers: as('bob'), body: MARKER }),
      call({ method: 'POST', path: '/v1/tokens', headers: { authorization: `Bearer ${jwt}` }, body: MARKER }),
      call({ method: 'POST', path: '/v1/tokens', headers: { authorization: `${jwt},${jwt}` }, body: MARKER }),
    ),
  ).toEqual([201, 201, 403, 403, 400, 400, 400, 400, 403, 400, 400, 413, 415, 401, 400, 401, 401]);

  const requests = [
    { documentId: CONTRACT },
    { documentId: CONTRACT, layer: NAMED },
    { [MARKER]: jwt },
    MARKER,
  ];
  expect(
    await statuses(
      post('bob', '/v1/tokens/batch', { requests }),
      post('bob', '/v1/tokens/batch', { requests: MARKER }),
      post('bob', '/v1/tokens/inspect', { jwt, documentId: CONTRACT, layer: `${NAMED} layer` }),
      post('bob', '/v1/tokens/inspect', { jwt: `${jwt.slice(0, -4)}${MARKER}` }),
      post('bob', '/v1/tokens/inspect', { jwt: stack.callers['alice']?.token }),
      post('bob', '/v1/tokens/inspect', { jwt: MARKER }),
      post('bob', '/v1/tokens/inspect', { token: jwt }),
    ),
  ).toEqual([200, 400, 200, 200, 200, 200, 400]);

  const allowed = { allowedDocumentIds: [CONTRACT], allowedOperations: ['ocr_api'] };
  expect(
    await statuses(
      post('backend', '/v1/backend-tokens', { ...allowed, allowedOrigins: [`https://${MARKER}.example`] }),
      post('backend', '/v1/backend-tokens', { ...allowed, allowedOperations: [MARKER] }),
      post('backend', '/v1/backend-tokens', { ...allowed, allowedOperations: [`${MARKER} operation`] }),
      post('alice', '/v1/backend-tokens', { ...allowed, allowedOrigins: [MARKER] }),
    ),
  ).toEqual([201, 201, 400, 403]);

  const grants = `/v1/documents/${CONTRACT}/grants`;
  const change = (caller: string, method: string, query: string, body?: unknown): Promise<RawResponse> =>
    call({
      method,
      path: `${grants}${query}`,
      headers: as(caller),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const given = { role: 'viewer', layers: ['', `${NAMED} layer`], defaultGroup: NAMED };
  expect([
    ...(await statuses(change('alice', 'PUT', '?user=dave', given))),
    ...(await statuses(
      change('backend', 'PUT', '?group=staff', { ...given, role: 'editor' }),
      change('alice', 'PUT', '?user=dave', { ...given, layers: [MARKER, MARKER], role: MARKER }),
      change('carol', 'PUT', '?user=dave', given),
      change('alice', 'GET', ''),
      change('alice', 'GET', `?cursor=${jwt}`),
      change('alice', 'GET', `?token=${jwt}`),
      change('mallory', 'GET', ''),
    )),
    ...(await statuses(change('alice', 'DELETE', '?user=dave'), change('alice', 'DELETE', '?user=nobody'))),
    ...(await statuses(change('alice', 'DELETE', '?user=carol'))),
  ]).toEqual([201, 201, 400, 403, 200, 400, 400, 403, 204, 404, 204]);

  expect(
    await statuses(
      call({ path: '/v1/documents', headers: as('alice') }),
      call({ path: `/v1/documents?cursor=${jwt}`, headers: as('alice') }),
      post('alice', '/v1/revocations', { reason: `${MARKER} reason` }),
      post('backend', '/v1/revocations', { documentId: CONTRACT, everyone: true, reason: MARKER }),
      post('mallory', '/v1/revocations', { userId: 'alice', reason: MARKER }),
      post('mallory', '/v1/revocations', { reason: [MARKER], jwt }),
      call({ path: '/v1/revocations/unknown', headers: as('alice') }),
      call({ path: '/health' }),
      call({ path: '/.well-known/jwks.json' }),
      call({ path: '/nowhere', method: 'PATCH', headers: as('alice'), body: MARKER }),
      call({ path: '/v1/tokens', headers: as('alice') }),
      call({ path: '/local' }),
      call({ path: TABLE_PATH }),
      call({ path: '/v1/%ff' }),
    ),
  ).toEqual([200, 400, 200, 200, 403, 400, 404, 200, 200, 404, 405, 200, 403, 400]);

  const basic = { authorization: `Basic ${Buffer.from(`alice:${MARKER}`).toString('base64')}` };
  const accept = { accept: 'application/vnd.instant-example+json' };
  expect(
    await statuses(
      call({ path: '/api/documents', headers: basic }),
      call({ path: `/api/document/${CONTRACT}`, headers: basic }),
      call({ path: `/api/document/floor-plan`, headers: basic }),
      call({ path: `/d/${CONTRACT}`, headers: { ...basic, ...accept } }),
      call({ path: `/d/floor-plan`, headers: { ...basic, ...accept } }),
      call({ path: `/d/${CONTRACT}`, headers: accept }),
      call({ method: 'POST', path: `/api/${CONTRACT}`, headers: basic, body: `{"layers":["${NAMED}"]}` }),
      call({ method: 'POST', path: `/api/${CONTRACT}`, headers: basic, body: MARKER }),
    ),
  ).toEqual([200, 200, 200, 200, 403, 401, 200, 400]);

  const running = new RunningStack(new URL(stack.api).port);
  const { environment } = await running.read(
    functionPath('rotateSigningKey'),
    z.object({ environment: z.record(z.string(), z.string()) }),
  );
  const secretsManager = new SecretsManagerClient(
    running.aws(environment['AWS_ENDPOINT_URL_SECRETS_MANAGER'] ?? ''),
  );
  const SecretId = environment['SIGNING_KEY_SECRET_ARN'] ?? '';
  const valueOf = async (id: string): Promise<string> =>
    (await secretsManager.send(new GetSecretValueCommand({ SecretId: id }))).SecretString ?? '';
  const secret = readSecretFile(Number(new URL(stack.api).port)) ?? '';
  keepSecret('the secret of the stack', secret);
  keepSecret('the session token of the local AWS', sessionTokenOf(secret));
  keepSecret('the client secret of the demo backend', clientSecretOf(secret));
  const perform = async (name: string, action: 'restart' | 'invoke'): Promise<number> =>
    (await exchange(stack.api, secret, 'POST', functionPath(name, action))).status;

  keepSecret('the API token', await valueOf(environment['DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN'] ?? ''));
  keepKey(await valueOf(SecretId));
  await secretsManager.send(new RotateSecretCommand({ SecretId }));
  await stack.command.logged(/"step":"finishSecret"|a step of the rotation failed/);
  expect(stack.command.stderr).not.toContain('a step of the rotation failed');
  const rotated = await valueOf(SecretId);
  keepKey(rotated);
  expect(await perform('rotateSigningKey', 'invoke')).toBe(500);
  expect([
    await perform('mintToken', 'restart'),
    await perform('revokeTokens', 'restart'),
    await perform('sweepRevocations', 'invoke'),
  ]).toEqual([200, 200, 200]);
  const again = Jwt.parse(JSON.parse((await post('alice', '/v1/tokens', { documentId: CONTRACT })).body));
  const opening = new URLSearchParams({ documentId: CONTRACT, jwt: again.jwt });
  expect(
    await statuses(
      call({ path: `/local/open?${opening.toString()}` }, stack.documentEngine),
      call({ path: `/local/open?${opening.toString()}&layer=${MARKER}` }, stack.documentEngine),
      call(
        { method: 'POST', path: '/api/revoke', headers: { authorization: `Token token="${jwt}"` } },
        stack.documentEngine,
      ),
    ),
  ).toEqual([200, 403, 401]);

  // Unusable keys, with which the service must continue.
  for (const SecretString of [
    MARKER,
    JSON.stringify({
      ...JSON.parse(rotated),
      kid: MARKER,
      publicKey: `-----BEGIN PUBLIC KEY-----\n${MARKER}\n-----END PUBLIC KEY-----`,
    }),
  ]) {
    await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString }));
    await perform('mintToken', 'restart');
    expect((await post('alice', '/v1/tokens', { documentId: CONTRACT })).status).toBe(503);
  }
  secretsManager.destroy();
  // A line of the function. The access log has a line for the request too, which may come first.
  for (const id of served)
    await stack.command.logged(new RegExp(`"message":"(?!access log")[^"]+","requestId":"${id}"`));
}

describe('After every route and function was used at the level debug', () => {
  test('the log has every expected kind of line, so that the search means something', () => {
    for (const message of [
      'request served',
      'request refused',
      'request failed',
      'refused by the authorizer',
      'a step of the rotation is done',
      'a step of the rotation failed',
      'swept',
      'the signing key could not be fetched',
    ])
      expect(written).toContain(`"message":"${message}`);
    expect([...new Set(secrets.values())]).toEqual(
      expect.arrayContaining(['a caller token', 'a token of an answer', 'the private key', 'the API token']),
    );
    expect(secrets.size).toBeGreaterThan(40);
  });

  test('the log holds no key, no token and no part of a body', () => {
    expect(leaksIn(written)).toEqual([]);
    expect(written.match(/eyJ|PRIVATE KEY|Bearer eyJ|Basic [A-Za-z0-9+/=]{8}/g)).toBeNull();
  });

  test('the text of a layer is in the members that name layers, and in no other', () => {
    const lines = written.split('\n').filter((line) => line.includes(NAMED));
    const members = new Set(lines.flatMap((line) => membersWith(NAMED, JSON.parse(line))));
    expect([...members].filter((name) => !NAMING.has(name))).toEqual([]);
    expect(members).toContain('layer');
  });

  test('the search also reads lines with metrics and audit records, of tokens and of refusals', () => {
    for (const part of ['"TokensMinted":1', '"TokensRefused-invalid-request":1', '"MintDuration":'])
      expect(written).toContain(part);
    for (const type of [
      'token.minted',
      'token.refused',
      'grant.set',
      'revocation.requested',
      'signing-key.step',
    ])
      expect(written).toContain(`"type":"layermint.${type}"`);
  });

  test('docs/logs.md names each field of a line of a request', async () => {
    const page = await readFile(join(PROJECT, 'docs', 'logs.md'), 'utf8');
    const lines = written
      .split('\n')
      .filter((line) => line.includes('"service":"layermint"') && line.includes('"operation":'));
    const names = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line) as object)));
    expect(names).toContain('layer');
    const isMetric = (name: string): boolean =>
      Object.hasOwn(METRICS, name) || name.startsWith('TokensRefused-');
    expect([...names].filter((name) => !isMetric(name) && !page.includes(`\`${name}\``))).toEqual([]);
  });

  test('no file written meanwhile holds any of it either', async () => {
    const files = [...(await filesUnder(temporary)), ...(await filesUnder(PROJECT))];
    const leaks = await Promise.all(
      files.map(async (file) => [file, leaksOf(await readFile(file, 'latin1'))] as const),
    );
    expect(leaks.filter(([, found]) => found.length > 0)).toEqual([]);
  });

  test('a leak would be found', () => {
    for (const [secret, what] of secrets)
      expect(leaksIn(`${written} {"reason":"${secret}"}`)).toContain(what);
  });
});

/** Lists the names of the members that contain a text, at any depth. An element of a list counts to the list's member. */
function membersWith(text: string, value: unknown, name = ''): string[] {
  if (typeof value === 'string') return value.includes(text) ? [name] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key.includes(text) ? [key] : []),
    ...membersWith(text, inner, Array.isArray(value) ? name : key),
  ]);
}

/** Lists the secrets in a file, except the marker, which is in sources such as this one. */
const leaksOf = (text: string): string[] =>
  leaksIn(text).filter((what) => what !== 'a part of a request body');

/** Lists the files below a directory that were written since the start of the stack, without packages and git. */
async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return /^(node_modules|\.git)$/.test(entry.name) ? [] : filesUnder(path);
      return entry.isFile() && (await stat(path)).mtimeMs >= startedAt ? [path] : [];
    }),
  );
  return found.flat();
}
