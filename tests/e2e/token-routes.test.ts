import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as z from 'zod';
import { BackendTokenAnswer } from '../../lib/http/routes/backend-tokens/schemas.ts';
import { BatchAnswer } from '../../lib/http/routes/tokens/batch-schemas.ts';
import { InspectAnswer } from '../../lib/http/routes/tokens/inspect-schemas.ts';
import { Jwks } from '../../lib/http/routes/keys/schemas.ts';
import { openDocument } from '../support/document-engine/document-engine-client.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack/local-stack.ts';

const TIME_TO_START = 120_000;

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack(['--log-level', 'debug']);
}, TIME_TO_START);
afterAll(async () => {
  await stack.stop();
});

/** Every token in an answer. No log may contain one. */
const tokens: string[] = [];

function post(path: string, caller: string, body: unknown): Promise<Response> {
  return fetch(stack.api + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stack.callers[caller]?.token ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
}

async function batch(
  caller: string,
  requests: readonly unknown[],
): Promise<z.output<typeof BatchAnswer>['results']> {
  const answer = await post('/v1/tokens/batch', caller, { requests });
  expect(answer.status).toBe(200);
  const { results } = BatchAnswer.parse(await answer.json());
  tokens.push(...results.flatMap((result) => ('token' in result ? [result.token.jwt] : [])));
  return results;
}

async function inspect(caller: string, body: object): Promise<z.output<typeof InspectAnswer>> {
  const answer = await post('/v1/tokens/inspect', caller, body);
  expect(answer.status).toBe(200);
  return InspectAnswer.parse(await answer.json());
}

async function tokenOf(caller: string, request: object): Promise<string> {
  const [result] = await batch(caller, [request]);
  return result && 'token' in result ? result.token.jwt : '';
}

describe('a batch', () => {
  test('mints tokens that each open only their own layer, beside refusals', async () => {
    const results = await batch('bob', [
      { documentId: 'floor-plan' },
      { documentId: 'nowhere' },
      { documentId: 'contract-2026', layer: 'review', permissions: ['read-document'] },
      { documentId: 'floor-plan', privateLayer: true },
      { documentId: 'floor-plan' },
      { layer: 'review' },
    ]);
    expect(results.map(({ status }) => status)).toEqual([201, 403, 201, 201, 201, 400]);
    for (const result of results) {
      if (!('token' in result)) continue;
      const { jwt, documentId, layer } = result.token;
      expect(await openDocument(stack.documentEngine, jwt, documentId, layer)).toBe(200);
      expect(await openDocument(stack.documentEngine, jwt, documentId, `${layer}-other`)).toBe(403);
    }
  });

  test('of a hundred entries on behalf of a user is answered in order', async () => {
    const requests = Array.from({ length: 100 }, (_, at) => ({
      documentId: at % 2 === 0 ? 'floor-plan' : 'contract-2026',
      onBehalfOf: { userId: 'somebody', groups: ['editors'] },
    }));
    const results = await batch('backend', requests);
    const opened = results.map((result) => {
      if (!('token' in result)) return undefined;
      const claims = decodeJwt<{ document_id: string; user_id: string }>(result.token.jwt);
      return [claims.document_id, claims.user_id];
    });
    expect(opened).toEqual(requests.map(({ documentId }) => [documentId, 'somebody']));
  });

  test('cannot smuggle in another user', async () => {
    const own = { documentId: 'contract-2026' };
    const answer = await post('/v1/tokens/batch', 'carol', {
      requests: [own, { ...own, onBehalfOf: { userId: 'alice' } }],
    });
    expect(answer.status).toBe(400);
    expect((await post('/v1/tokens/batch', 'nobody', { requests: [own] })).status).toBe(401);
  });
});

describe('the published keys', () => {
  test('verify minted tokens, and can be read without a caller token', async () => {
    const jwt = await tokenOf('alice', { documentId: 'contract-2026' });
    const keys = createRemoteJWKSet(new URL(`${stack.api}/.well-known/jwks.json`));
    expect((await jwtVerify(jwt, keys)).payload).toMatchObject({ user_id: 'alice' });
  });

  test('are only the public members of the signing key', async () => {
    const answer = await fetch(`${stack.api}/.well-known/jwks.json`);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60, stale-if-error=3600');
    const { keys } = Jwks.parse(await answer.json());
    expect(keys).toMatchObject([{ kty: 'EC', crv: 'P-256', kid: stack.signingKey.kid }]);
    const held = await fetch(`${stack.api}/.well-known/jwks.json`, {
      headers: { 'if-none-match': answer.headers.get('etag') ?? '' },
    });
    expect(held.status).toBe(304);
  });
});

describe('inspecting', () => {
  test('agrees with Document Engine on a token, also after it was changed', async () => {
    const jwt = await tokenOf('alice', { documentId: 'contract-2026', layer: 'review' });
    const changed = `${jwt.slice(0, -10)}AAAAAAAAAA`;
    for (const [text, layer, status] of [
      [jwt, 'review', 200],
      [jwt, '', 403],
      [changed, 'review', 403],
    ] as const) {
      const { accepted } = await inspect('alice', { jwt: text, documentId: 'contract-2026', layer });
      expect(accepted).toBe(status === 200);
      expect(await openDocument(stack.documentEngine, text, 'contract-2026', layer)).toBe(status);
    }
  });

  test('shows a revocation to the user of the token, and to callers with the right to revoke', async () => {
    const jwt = await tokenOf('carol', { documentId: 'contract-2026' });
    expect((await inspect('carol', { jwt })).accepted).toBe(true);
    const revocation = await post('/v1/revocations', 'carol', {});
    expect(revocation.status).toBeLessThan(300);
    for (const caller of ['carol', 'backend', 'alice']) {
      const { accepted, checks } = await inspect(caller, { jwt });
      expect(accepted).toBe(false);
      expect(checks.filter(({ ok }) => !ok).map(({ rule }) => rule)).toEqual(['revoked']);
    }
    expect((await inspect('mallory', { jwt })).accepted).toBe(true);
  });

  test('distinguishes a backend token from a client token', async () => {
    const answer = await post('/v1/backend-tokens', 'backend', {
      allowedDocumentIds: ['contract-2026'],
      allowedOperations: ['digital_signatures_api'],
    });
    const { jwt } = BackendTokenAnswer.parse(await answer.json());
    tokens.push(jwt);
    const { accepted, checks } = await inspect('backend', { jwt });
    expect(accepted).toBe(false);
    expect(checks.find(({ rule }) => rule === 'unknown-claims')?.detail).toContain('This is a backend token');
  });
});

describe('backend tokens', () => {
  const asked = { allowedDocumentIds: ['contract-2026'], allowedOperations: ['ocr_api'] };

  test('are signed with the published key and contain the requested rights', async () => {
    const answer = await post('/v1/backend-tokens', 'backend', { ...asked, ttlSeconds: 600 });
    expect(answer.status).toBe(201);
    const { jwt, serverUrl } = BackendTokenAnswer.parse(await answer.json());
    tokens.push(jwt);
    expect(serverUrl).toBe(stack.documentEngine);
    const keys = createRemoteJWKSet(new URL(`${stack.api}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(jwt, keys);
    expect(payload).toMatchObject({
      allowed_document_ids: ['contract-2026'],
      allowed_operations: ['ocr_api'],
      server_url: stack.documentEngine,
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  });

  test('are refused to users, and for all documents at once', async () => {
    expect((await post('/v1/backend-tokens', 'alice', asked)).status).toBe(403);
    expect((await post('/v1/backend-tokens', 'nobody', asked)).status).toBe(401);
    expect(
      (await post('/v1/backend-tokens', 'backend', { ...asked, allowedDocumentIds: 'any' })).status,
    ).toBe(400);
  });
});

test.each([
  ['GET', '/v1/tokens/batch', 'POST'],
  ['PUT', '/v1/tokens/inspect', 'POST'],
  ['DELETE', '/v1/backend-tokens', 'POST'],
  ['POST', '/.well-known/jwks.json', 'GET, HEAD'],
])('%s %s is answered with 405 and the allowed methods', async (method, path, allowed) => {
  const answer = await fetch(stack.api + path, { method });
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe(allowed);
});

test('no log contains a token', async () => {
  expect(tokens.length).toBeGreaterThan(100);
  await stack.stop();
  expect(stack.command.stderr).toContain('"route":"POST /v1/tokens/inspect"');
  for (const jwt of tokens) {
    const [, payload = '', signature = ''] = jwt.split('.');
    expect(stack.command.stderr).not.toContain(payload);
    expect(stack.command.stderr).not.toContain(signature);
  }
});
