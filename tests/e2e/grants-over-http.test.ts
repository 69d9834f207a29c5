import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { DocumentsAnswer } from '../../lib/http/routes/documents/schemas.ts';
import { GrantAnswer, GrantsAnswer } from '../../lib/http/routes/grants/schemas.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack/local-stack.ts';
import { sendJson, type RawResponse } from '../support/http/raw-http.ts';
import { runCommand } from '../support/cli/run-command.ts';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack();
});

afterAll(async () => {
  await stack.stop();
});

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request as a demo caller, or without a token for undefined. */
function send(
  caller: string | undefined,
  method: string,
  path: string,
  sent: Sent = {},
): Promise<RawResponse> {
  const token = caller === undefined ? undefined : stack.callers[caller]?.token;
  return sendJson(stack.api, { token, method, path, ...sent });
}

const grants = (documentId: string, query = ''): string => `/v1/documents/${documentId}/grants${query}`;

const mint = async (caller: string, documentId: string): Promise<number> =>
  (await send(caller, 'POST', '/v1/tokens', { body: { documentId } })).status;

const documentsOf = async (caller: string): Promise<string[]> => {
  const { body } = await send(caller, 'GET', '/v1/documents');
  return z.parse(DocumentsAnswer, JSON.parse(body)).documents.map(({ documentId }) => documentId);
};

describe('over HTTP', () => {
  test('a backend sets the first grant, the owner shares, and the guest can open until the grant is removed', async () => {
    const id = 'Upload:7~x_@.-';
    expect(await mint('alice', id)).toBe(403);
    const first = await send('backend', 'PUT', grants(id, '?user=alice'), {
      body: { role: 'owner', layers: ['*'], privateLayer: true },
    });
    expect(first.status).toBe(201);
    expect(await mint('alice', id)).toBe(201);

    const shared = await send('alice', 'PUT', grants(id, '?user=carol'), { body: { role: 'viewer' } });
    expect(shared.status).toBe(201);
    const { etag } = z.parse(GrantAnswer, JSON.parse(shared.body));
    expect(shared.headers['etag']).toBe(`"${etag}"`);
    expect(await mint('carol', id)).toBe(201);
    expect(await documentsOf('carol')).toContain(id);

    const stale = await send('alice', 'DELETE', grants(id, '?user=carol'), {
      headers: { 'if-match': '"stale"' },
    });
    expect(stale.status).toBe(412);
    const removed = await send('alice', 'DELETE', grants(id, '?user=carol'), {
      headers: { 'if-match': `"${etag}"` },
    });
    expect([removed.status, removed.body]).toEqual([204, '']);
    expect(await mint('carol', id)).toBe(403);
    expect(await documentsOf('carol')).not.toContain(id);
  });

  test.each([
    ['?user=%F0%9F%98%80%20%26%2B%3D%25', { user: '😀 &+=%' }],
    ['?group=a%2Cb', { group: 'a,b' }],
    ['?everyone', { everyone: true }],
  ])('%s names one principal in the request and in the answer', async (query, principal) => {
    const put = await send('backend', 'PUT', grants('names', query), { body: { role: 'thumbnail' } });
    expect(z.parse(GrantAnswer, JSON.parse(put.body)).principal).toEqual(principal);
    const list = z.parse(GrantsAnswer, JSON.parse((await send('backend', 'GET', grants('names'))).body));
    expect(list.grants.map((one) => one.principal)).toContainEqual(principal);
    expect((await send('backend', 'DELETE', grants('names', query))).status).toBe(204);
  });

  test.each([
    ['a caller without a token', undefined, 'GET', grants('contract-2026'), 401],
    ['a viewer', 'carol', 'GET', grants('contract-2026'), 403],
    ['a user without a grant', 'mallory', 'PUT', grants('contract-2026', '?user=mallory'), 403],
    ['an owner with an operation for backends', 'alice', 'DELETE', grants('contract-2026', '?all'), 403],
    ['another method', 'alice', 'PATCH', grants('contract-2026'), 405],
    ['another method on documents', 'alice', 'POST', '/v1/documents', 405],
    ['a document without grants', 'alice', 'GET', '/v1/documents/contract-2026', 404],
    ['a document id with a slash', 'alice', 'GET', grants('contract%2F2026'), 404],
    ['a document id with a space', 'alice', 'GET', grants('contract%202026'), 400],
  ])('%s is refused', async (_, caller, method, path, status) => {
    const body = method === 'PUT' ? { body: { role: 'owner' } } : {};
    expect((await send(caller, method, path, body)).status).toBe(status);
  });

  test('a preflight succeeds without CORS headers, as the stage has no web apps', async () => {
    const { status, headers } = await send(undefined, 'OPTIONS', grants('contract-2026'), {
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'PUT' },
    });
    expect(status).toBe(204);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('grants are exported from the running stack', async () => {
    const port = new URL(stack.api).port;
    const { exitCode, stdout } = await runCommand('tools/cli/grants/grants-command.ts', [
      'export',
      '--stage',
      'local',
      '--port',
      port,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('{"documentId":"floor-plan","principal":{"group":"editors"},"role":"editor"');
  });
});
