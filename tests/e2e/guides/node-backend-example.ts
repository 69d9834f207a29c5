import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDocument } from '../../support/document-engine/document-engine-client.ts';
import { ExampleProcess } from '../../support/guides/example-process.ts';
import { examplesOf } from '../../support/guides/guide.ts';
import { startScriptedServer, type ScriptedAnswer } from '../../support/guides/scripted-server.ts';
import { Shell, withCurl } from '../../support/guides/shell.ts';
import { differencesFrom } from '../../support/guides/shown.ts';
import { stack } from '../../support/guides/stack-of-guides.ts';

const FOLDER = 'examples/node-backend';

/** The address that the README writes. */
const WRITTEN_ADDRESS = 'http://127.0.0.1:4800';

interface Layermint {
  giveToOwner(documentId: string, userId: string): Promise<unknown>;
  mintFor(user: { id: string; name?: string }, documentId: string): Promise<unknown>;
}

type CreateLayermint = (api: string, backendToken: (renew: boolean) => Promise<string>) => Layermint;

async function createLayermint(...args: Parameters<CreateLayermint>): Promise<Layermint> {
  const module = (await import(`../../../${FOLDER}/layermint.js`)) as { createLayermint: CreateLayermint };
  return module.createLayermint(...args);
}

const signIn = async (url: string, user: string): Promise<Record<string, string>> => {
  const answer = await fetch(`${url}/sign-in?user=${user}`, { method: 'POST' });
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
};

describe('examples/node-backend', () => {
  let backend: Awaited<ReturnType<typeof ExampleProcess.start>>;
  beforeAll(async () => {
    backend = await ExampleProcess.start(`${FOLDER}/main.js`, { LAYERMINT_API: stack().api });
  });
  afterAll(() => backend.example.stop());

  withCurl('as its README shows (skipped without curl)', () => {
    let shell: Shell | undefined;
    afterAll(() => shell?.close());
    const [start, ...steps] = examplesOf(`${FOLDER}/README.md`);

    test('starts', () => {
      expect(start?.commands).toBe(`node ${FOLDER}/main.js\n`);
    });

    test.each(steps)('line $line', async ({ commands, status, shown }) => {
      shell ??= new Shell();
      const { code, statuses, output } = await shell.paste(commands.replaceAll(WRITTEN_ADDRESS, backend.url));
      expect([code, statuses.at(-1)]).toEqual([0, status]);
      if (shown) {
        expect(differencesFrom(JSON.parse(shown.text), JSON.parse(output))).toEqual([]);
      }
    });
  });

  test('hands out tokens that open the document', async () => {
    const headers = await signIn(backend.url, 'carol');
    const answer = await fetch(`${backend.url}/documents/contract-2026/token`, { method: 'POST', headers });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { jwt } = (await answer.json()) as { jwt: string };
    expect(await openDocument(stack().documentEngine, jwt, 'contract-2026')).toBe(200);
  });

  test.each(['/documents', '/documents/contract-2026/token'])('asks for a sign-in at %s', async (path) => {
    for (const headers of [{}, { cookie: 'session=made-up' }, { authorization: 'Bearer alice' }]) {
      const answer = await fetch(backend.url + path, { method: 'POST', headers, body: 'alice' });
      expect(answer.status).toBe(401);
    }
  });

  test('writes no token to its log', async () => {
    const headers = await signIn(backend.url, 'mallory');
    const answer = await fetch(`${backend.url}/documents/floor-plan/token`, { method: 'POST', headers });
    expect(answer.status).toBe(403);
    expect(backend.example.written).toContain('A request failed: No grant');
    expect(backend.example.written).not.toMatch(/eyJ|session=/);
  });

  test('uploads to Document Engine, and makes the user the owner of the document it was given', async () => {
    const documentEngine = await startScriptedServer([
      { status: 200, body: { data: { document_id: 'new-1' } } },
    ]);
    const { example, url } = await ExampleProcess.start(`${FOLDER}/main.js`, {
      LAYERMINT_API: stack().api,
      DOCUMENT_ENGINE_URL: documentEngine.url,
      DOCUMENT_ENGINE_API_TOKEN: 'secret',
    });
    const headers = await signIn(url, 'alice');
    const uploaded = await fetch(`${url}/documents`, { method: 'POST', headers, body: '%PDF-1.7' });
    const minted = await fetch(`${url}/documents/new-1/token`, { method: 'POST', headers });
    await Promise.all([example.stop(), documentEngine.close()]);

    expect([uploaded.status, await uploaded.json()]).toEqual([201, { documentId: 'new-1' }]);
    expect(documentEngine.received).toMatchObject([
      {
        route: 'POST /api/documents',
        headers: { authorization: 'Token token="secret"', 'content-type': 'application/pdf' },
        body: '%PDF-1.7',
      },
    ]);
    expect([minted.status, await minted.json()]).toMatchObject([
      201,
      { documentId: 'new-1', userId: 'alice' },
    ]);
  });
});

describe('the client of Layermint in examples/node-backend', () => {
  /** Mints against an API that gives these answers. */
  async function minted(answers: readonly ScriptedAnswer[]) {
    const api = await startScriptedServer(answers);
    const renewals: boolean[] = [];
    const layermint = await createLayermint(api.url, (renew) => {
      renewals.push(renew);
      return Promise.resolve(renew ? 'new' : 'old');
    });
    const outcome = await layermint.mintFor({ id: 'alice' }, 'doc').catch((error: unknown) => error);
    await api.close();
    return { outcome, renewals, received: api.received };
  }

  const TOKEN = { status: 201, body: { jwt: 'j' } };
  const BUSY = { status: 503, headers: { 'retry-after': '0' }, body: { detail: 'busy' } };
  const UNKNOWN = { status: 401, body: { message: 'Unauthorized' } };
  const REFUSED = { status: 403, body: { type: 'urn:layermint:problem:not-granted', detail: 'no grant' } };

  test('asks on behalf of the user', async () => {
    const { outcome, received } = await minted([TOKEN]);
    expect(outcome).toEqual({ jwt: 'j' });
    expect(received).toMatchObject([
      { route: 'POST /v1/tokens', body: '{"documentId":"doc","onBehalfOf":{"userId":"alice"}}' },
    ]);
  });

  test('gets a new caller token after 401, once', async () => {
    const { outcome, received } = await minted([UNKNOWN, TOKEN]);
    expect(outcome).toEqual({ jwt: 'j' });
    expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect((await minted([UNKNOWN, UNKNOWN, TOKEN])).outcome).toMatchObject({ status: 401 });
  });

  test('asks again while the API is busy, three times at most', async () => {
    expect((await minted([BUSY, { ...BUSY, status: 429 }, TOKEN])).outcome).toEqual({ jwt: 'j' });
    const { outcome, received } = await minted([BUSY, BUSY, BUSY, TOKEN]);
    expect(outcome).toMatchObject({ status: 503, message: 'busy' });
    expect(received).toHaveLength(3);
  });

  test('stops after 403', async () => {
    const { outcome, received } = await minted([REFUSED, TOKEN]);
    expect(outcome).toMatchObject({ name: 'LayermintError', status: 403, message: 'no grant' });
    expect(received).toHaveLength(1);
  });
});
