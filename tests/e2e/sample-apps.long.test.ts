import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as z from 'zod';
import { openDocument } from '../support/document-engine/document-engine-client.ts';
import { sendJson, sendRaw } from '../support/http/raw-http.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack/local-stack.ts';

// The requests and answers of Nutrient's sample apps: Android's Retrofit services, iOS's WebExamplesAPIClient,
// Flutter's catalog.

const DocumentList = z.strictObject({
  documents: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      layers: z.array(z.string()),
      tokens: z.array(z.string()),
    }),
  ),
});
const DocumentToken = z.strictObject({ success: z.literal(true), token: z.string() });
const DocumentLink = z.strictObject({
  serverUrl: z.string(),
  documentId: z.string(),
  jwt: z.string(),
  encodedDocumentId: z.string(),
  url: z.string(),
});
const Refusal = z.strictObject({ success: z.literal(false), message: z.string().min(1) });

// Every start takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(async () => {
  await stack.stop();
});

const LINK = { accept: 'application/vnd.instant-example+json' };

function ask(user: string, path: string, init: RequestInit = {}): Promise<Response> {
  // Android sends the user name with an empty password.
  const credentials = Buffer.from(`${user}:`).toString('base64');
  const headers = { authorization: `Basic ${credentials}`, ...(init.headers as Record<string, string>) };
  return fetch(stack.api + path, { ...init, headers });
}

async function documentsOf(user: string): Promise<z.infer<typeof DocumentList>['documents']> {
  return DocumentList.parse(await (await ask(user, '/api/documents')).json()).documents;
}

describe('GET /api/documents', () => {
  test('lists the documents that the user can open, with a token for each layer', async () => {
    const listed = await documentsOf('bob');
    expect(listed.map(({ id, title, layers }) => ({ id, title, layers }))).toEqual([
      { id: 'contract-2026', title: 'contract-2026', layers: ['', 'review', 'user:bob'] },
      { id: 'floor-plan', title: 'floor-plan', layers: ['', 'review', 'user:bob'] },
    ]);
    for (const { id, layers, tokens } of listed) {
      expect(tokens).toHaveLength(layers.length);
      for (const [at, jwt] of tokens.entries()) {
        expect(await openDocument(stack.documentEngine, jwt, id, layers[at])).toBe(200);
      }
    }
  });

  test('leaves out documents and layers without a grant', async () => {
    const listed = await documentsOf('carol');
    expect(listed.map(({ id, layers }) => ({ id, layers }))).toEqual([{ id: 'contract-2026', layers: [''] }]);
    expect(await documentsOf('mallory')).toEqual([]);
  });
});

describe('GET /api/document/{id}', () => {
  test('gives the signed-in user a token for the default layer', async () => {
    const answer = await ask('carol', '/api/document/contract-2026');
    expect(answer.status).toBe(200);
    const claims = decodeJwt(DocumentToken.parse(await answer.json()).token);
    expect(claims).toMatchObject({ document_id: 'contract-2026', user_id: 'carol' });
    expect(claims).not.toHaveProperty('layer');
  });

  test('gives a token for a layer with any characters in its name', async () => {
    const answer = await ask('alice', '/api/document/contract-2026/second%2Freview%20round');
    const { token } = DocumentToken.parse(await answer.json());
    expect(decodeJwt(token)).toMatchObject({ layer: 'second/review round' });
  });

  test.each([
    ['mallory', '/api/document/contract-2026'],
    ['carol', '/api/document/contract-2026/review'],
    ['alice', '/api/document/unknown'],
    ['alice', '/api/document/not%20an%20id'],
  ])(
    'refuses %s at %s with status 200, as the apps read no answer with another status',
    async (user, path) => {
      const answer = await ask(user, path);
      expect(answer.status).toBe(200);
      expect(Refusal.safeParse(await answer.json())).toMatchObject({ success: true });
    },
  );
});

describe('A document link', () => {
  test('describes the document for the Accept header of the apps', async () => {
    const answer = await ask('bob', '/d/floor-plan', { headers: LINK });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/vnd.instant-example+json');
    const link = DocumentLink.parse(await answer.json());
    expect(link).toMatchObject({
      serverUrl: stack.documentEngine,
      documentId: 'floor-plan',
      encodedDocumentId: 'floor-plan',
      url: `${stack.api}/d/floor-plan`,
    });
    expect(await openDocument(link.serverUrl, link.jwt, 'floor-plan')).toBe(200);
  });

  test('is refused to a user who cannot open the document', async () => {
    const answer = await ask('mallory', '/d/floor-plan', { headers: LINK });
    expect(answer.status).toBe(403);
    expect(Refusal.safeParse(await answer.json())).toMatchObject({ success: true });
  });

  test('names the right Accept header if it gets another one', async () => {
    const answer = await ask('bob', '/d/floor-plan', { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(406);
    expect(Refusal.parse(await answer.json()).message).toContain(LINK.accept);
  });
});

describe('POST /api/{document}', () => {
  const post = (user: string, body: string): Promise<Response> =>
    ask(user, '/api/contract-2026', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });

  test('describes every requested layer under its name, each with its own link', async () => {
    const answer = await post('bob', '{"layers":["","review"]}');
    expect(answer.status).toBe(200);
    const links = z.record(z.string(), DocumentLink).parse(await answer.json());
    expect(Object.keys(links)).toEqual(['', 'review']);
    for (const [layer, link] of Object.entries(links)) {
      expect(await openDocument(link.serverUrl, link.jwt, 'contract-2026', layer)).toBe(200);
      const followed = await ask('bob', new URL(link.url).pathname, { headers: LINK });
      expect(decodeJwt(DocumentLink.parse(await followed.json()).jwt)['layer'] ?? '').toBe(layer);
    }
  });

  test('describes the default layer if none is named', async () => {
    expect(DocumentLink.parse(await (await post('bob', '')).json())).toMatchObject({
      documentId: 'contract-2026',
    });
  });

  test('is refused as a whole if one layer is', async () => {
    const answer = await post('carol', '{"layers":["","review"]}');
    expect(answer.status).toBe(403);
    expect(Refusal.safeParse(await answer.json())).toMatchObject({ success: true });
  });

  test.each(['{', '{"layers":[]}', '{"layers":"review"}', '[]'])('refuses the body %s', async (body) => {
    const answer = await post('bob', body);
    expect(answer.status).toBe(400);
    expect(Refusal.parse(await answer.json()).message).toContain('"layers"');
  });
});

describe('The documents and requests that the apps have in their sources', () => {
  const json = { 'content-type': 'application/json' };

  test.each([
    'board-meeting',
    'collaboration-permissions',
    'instant-landing-page',
    'marketing-department-schedule',
  ])('POST /api/%s opens a demo document', async (documentId) => {
    const answer = await ask('alice', `/api/${documentId}`, { method: 'POST', headers: json });
    const link = DocumentLink.parse(await answer.json());
    expect(await openDocument(link.serverUrl, link.jwt, 'contract-2026')).toBe(200);
  });

  test('POST /api/construction-plan opens new layers, with the login that the app has in its sources', async () => {
    const answer = await fetch(`${stack.api}/as/bob/api/construction-plan`, {
      method: 'POST',
      body: JSON.stringify({ layers: ['Review-1A', 'Review-2A'] }),
      headers: { ...json, authorization: `Basic ${Buffer.from('pspdfkit:any').toString('base64')}` },
    });
    const links = z.record(z.string(), DocumentLink).parse(await answer.json());
    for (const layer of ['Review-1A', 'Review-2A']) {
      const { serverUrl, jwt } = links[layer] ?? { serverUrl: '', jwt: '' };
      expect(await openDocument(serverUrl, jwt, 'floor-plan', layer)).toBe(200);
    }
  });

  test('jwtParameters give the token no user, group or right that its user does not have', async () => {
    const jwtParameters = {
      user_id: 'user_teacher',
      default_group: 'teacher',
      collaboration_permissions: ['annotations:delete:all'],
      permissions: ['read-document', 'write', 'download'],
    };
    const init = { method: 'POST', headers: json };
    const own = await ask('carol', '/api/collaboration-permissions', init);
    const asked = await ask('carol', '/api/collaboration-permissions', {
      ...init,
      body: JSON.stringify({ jwtParameters }),
    });
    const claimsOf = async (answer: Response): Promise<object> => {
      const {
        iat: _issued,
        exp: _expires,
        jti: _id,
        ...claims
      } = decodeJwt(DocumentLink.parse(await answer.json()).jwt);
      return claims;
    };
    const claims = await claimsOf(asked);
    expect(claims).toEqual(await claimsOf(own));
    expect(claims).toMatchObject({ user_id: 'carol' });
  });

  test('a link with the user in its path needs no login', async () => {
    const answer = await fetch(`${stack.api}/as/bob/d/floor-plan`, { headers: LINK });
    const link = DocumentLink.parse(await answer.json());
    expect(link.url).toBe(`${stack.api}/as/bob/d/floor-plan`);
    expect(await openDocument(link.serverUrl, link.jwt, 'floor-plan')).toBe(200);
  });

  test('Document Engine answers at the address of the API', async () => {
    const [first] = await documentsOf('bob');
    expect(await openDocument(stack.api, first?.tokens[0] ?? '', 'contract-2026')).toBe(200);
    expect((await fetch(`${stack.api}/local/open?documentId=contract-2026`)).status).toBe(401);
  });

  test('an emulator gets addresses that it can reach', async () => {
    const port = new URL(stack.documentEngine).port;
    const host = '10.0.2.2:4747';
    const answer = await sendRaw(stack.api, { path: '/as/bob/d/floor-plan', headers: { ...LINK, host } });
    expect(JSON.parse(answer.body)).toMatchObject({
      serverUrl: `http://10.0.2.2:${port}`,
      url: `http://${host}/as/bob/d/floor-plan`,
    });
    const token = await sendJson(stack.api, {
      ...{ method: 'POST', path: '/v1/tokens', token: stack.callers['alice']?.token ?? '' },
      ...{ headers: { host }, body: { documentId: 'contract-2026' } },
    });
    expect(JSON.parse(token.body)).toMatchObject({
      serverUrl: `http://10.0.2.2:${port}`,
      documentUrl: `http://10.0.2.2:${port}/api/1/documents/contract-2026`,
    });
  });
});

describe('Sign-in', () => {
  const paths: [string, string][] = [
    ['GET', '/api/documents'],
    ['GET', '/api/document/contract-2026'],
    ['GET', '/api/document/contract-2026/review'],
    ['GET', '/d/contract-2026'],
    ['POST', '/api/contract-2026'],
  ];
  test.each(paths)('is required by %s %s', async (method, path) => {
    for (const answer of [
      await fetch(stack.api + path, { method }),
      await ask('nobody', path, { method }),
      await ask('backend', path, { method }),
      await ask('', path, { method }),
      await fetch(stack.api + path, {
        method,
        headers: { authorization: `Bearer ${stack.callers['alice']?.token ?? ''}` },
      }),
    ]) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expect(Refusal.safeParse(await answer.json())).toMatchObject({ success: true });
    }
  });

  test('takes any password', async () => {
    const credentials = Buffer.from('alice:a:b').toString('base64');
    const answer = await fetch(`${stack.api}/api/documents`, {
      headers: { authorization: `Basic ${credentials}` },
    });
    expect(answer.status).toBe(200);
  });
});
