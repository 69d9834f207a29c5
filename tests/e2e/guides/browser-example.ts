import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { sendRaw } from '../../support/http/raw-http.ts';
import { ExampleProcess } from '../../support/guides/example-process.ts';
import { stack } from '../../support/guides/stack-of-guides.ts';

const FOLDER = 'examples/browser';

interface Token {
  readonly jwt: string;
  readonly serverUrl: string;
  readonly documentId: string;
  readonly issuedAt: string;
  readonly refreshAt: string;
}

interface MintError extends Error {
  readonly status: number;
}

interface Tokens {
  mint(): Promise<Token>;
  keepFresh(first: Token, onToken: (token: Token) => void, onEnd: (error: MintError) => void): () => void;
}

interface TokensOptions {
  readonly api: string;
  readonly request: { readonly documentId: string; readonly layer?: string };
  readonly callerToken: (renew: boolean) => Promise<string>;
  readonly send?: () => Promise<Response>;
  readonly later?: (work: () => unknown, milliseconds: number) => void;
}

interface LoadOptions {
  readonly serverUrl: string;
  readonly documentId: string;
  readonly authPayload: { readonly jwt: string };
  readonly instant: boolean;
  readonly onAuthFailed: () => Promise<void>;
}

type OpenViewer = (
  viewer: object,
  container: string,
  tokens: Tokens,
  onEnd: (error: MintError) => void,
) => Promise<() => void>;

const { createTokens } = (await import(`../../../${FOLDER}/tokens.js`)) as {
  createTokens: (options: TokensOptions) => Tokens;
};
const { openViewer } = (await import(`../../../${FOLDER}/viewer.js`)) as { openViewer: OpenViewer };

/** A timer that a test moves. */
class Timer {
  readonly waits: number[] = [];
  #work: () => unknown = () => undefined;
  readonly later = (work: () => unknown, milliseconds: number): void => {
    this.waits.push(milliseconds);
    this.#work = work;
  };
  /** Does the work that is due next, and everything that follows without waiting. */
  async fire(): Promise<void> {
    await this.#work();
  }
}

const FIRST = { issuedAt: '2026-01-31T12:00:00Z', refreshAt: '2026-01-31T12:12:00Z' };

/** Tokens of an API that gives these answers. */
function tokensOf(answers: readonly [status: number, body: object, headers?: Record<string, string>][]) {
  const renewals: boolean[] = [];
  const timer = new Timer();
  const left = answers.map(([status, body, headers = {}]) => Response.json(body, { status, headers }));
  const tokens = createTokens({
    api: 'http://layermint.example',
    request: { documentId: 'doc' },
    callerToken: (renew) => {
      renewals.push(renew);
      return Promise.resolve('caller');
    },
    send: () => Promise.resolve(left.shift() ?? Response.error()),
    later: timer.later,
  });
  return { tokens, timer, renewals, left };
}

const token = (jwt: string): [number, object] => [201, { jwt, serverUrl: 's', documentId: 'doc', ...FIRST }];

describe('examples/browser', () => {
  let page: Awaited<ReturnType<typeof ExampleProcess.start>>;
  beforeAll(async () => {
    page = await ExampleProcess.start(`${FOLDER}/serve.js`, { LAYERMINT_API: stack().api });
  });
  afterAll(() => page.example.stop());

  test('serves the page, and each module that it loads', async () => {
    const html = await fetch(page.url);
    expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(await html.text()).toContain('<script type="module" src="page.js">');
    for (const name of ['page.js', 'tokens.js', 'viewer.js']) {
      const module = await fetch(`${page.url}/${name}`);
      expect([name, module.status, module.headers.get('content-type')]).toEqual([
        name,
        200,
        'text/javascript',
      ]);
    }
    expect((await fetch(`${page.url}/serve.js`)).status).toBe(404);
  });

  test('serves the caller token so that no page can run it as a script', async () => {
    const { headers } = await fetch(`${page.url}/caller-token`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('gives no caller token to a web page that calls this machine by a name of its own', async () => {
    const { port } = new URL(page.url);
    const answer = await sendRaw(page.url, {
      method: 'GET',
      path: '/caller-token',
      headers: { host: `evil.example:${port}` },
    });
    expect(answer.status).toBe(403);
    expect(answer.body).toBe('');
  });

  test('passes no request on to a path outside the two that it serves', async () => {
    for (const path of [
      '/v1/../local',
      '/v1/%2e%2e/local',
      '/v1/.%2E/local',
      '/v1/..\\local',
      '//v1/local',
    ]) {
      const answer = await sendRaw(page.url, { method: 'GET', path });
      expect([path, answer.status, answer.body]).toEqual([path, 404, '']);
    }
    const restart = await sendRaw(page.url, {
      method: 'POST',
      path: '/v1/../local/functions/mintToken/restart',
      headers: { origin: 'https://evil.example' },
    });
    expect(restart.status).toBe(404);
  });

  test('mints a token, which opens the document at the stand-in', async () => {
    const tokens = createTokens({
      api: page.url,
      request: { documentId: 'contract-2026', layer: '' },
      callerToken: async () => (await fetch(`${page.url}/caller-token`)).text(),
    });
    const { jwt, serverUrl } = await tokens.mint();
    expect(serverUrl).toBe(stack().documentEngine);
    const opened = await fetch(`${page.url}/document-engine/local/open?documentId=contract-2026&layer=`, {
      headers: { authorization: `Bearer ${jwt}` },
    });
    expect([opened.status, await opened.json()]).toMatchObject([200, { userId: 'alice' }]);
  });

  test('renews a real token in time, without asking the clock of the device', async () => {
    const timer = new Timer();
    const tokens = createTokens({
      api: stack().api,
      request: { documentId: 'contract-2026' },
      callerToken: () => Promise.resolve(stack().callers['carol']?.token ?? ''),
      later: timer.later,
    });
    const first = await tokens.mint();
    const renewed: Token[] = [];
    tokens.keepFresh(
      first,
      (next) => renewed.push(next),
      (error) => {
        throw error;
      },
    );
    expect(timer.waits).toEqual([Date.parse(first.refreshAt) - Date.parse(first.issuedAt)]);
    await timer.fire();
    expect(renewed).toHaveLength(1);
    expect(timer.waits).toHaveLength(2);
  });

  test('says that a user without a grant has no access', async () => {
    const tokens = createTokens({
      api: stack().api,
      request: { documentId: 'contract-2026' },
      callerToken: () => Promise.resolve(stack().callers['mallory']?.token ?? ''),
    });
    await expect(tokens.mint()).rejects.toMatchObject({ name: 'MintError', status: 403 });
  });
});

describe('the tokens of examples/browser', () => {
  test('get a new caller token after 401, once', async () => {
    const { tokens, renewals } = tokensOf([[401, { message: 'Unauthorized' }], token('a')]);
    expect(await tokens.mint()).toMatchObject({ jwt: 'a' });
    expect(renewals).toEqual([false, true]);
    await expect(tokensOf([[401, {}], [401, {}], token('a')]).tokens.mint()).rejects.toMatchObject({
      status: 401,
    });
  });

  test('wait while the API is busy, as Retry-After says', async () => {
    const { tokens, timer } = tokensOf([[503, {}, { 'retry-after': '7' }], [429, {}], token('a')]);
    const minting = tokens.mint();
    while (timer.waits.length < 1) await new Promise(setImmediate);
    await timer.fire();
    while (timer.waits.length < 2) await new Promise(setImmediate);
    await timer.fire();
    expect(await minting).toMatchObject({ jwt: 'a' });
    expect(timer.waits).toEqual([7000, 2000]);
  });

  test('are renewed later if a renewal fails, and no more after a refusal', async () => {
    const { tokens, timer, left } = tokensOf([
      [500, {}],
      token('b'),
      [403, { detail: 'no grant' }],
      token('c'),
    ]);
    const seen: string[] = [];
    tokens.keepFresh(
      { ...FIRST, jwt: 'a', serverUrl: 's', documentId: 'doc' },
      ({ jwt }) => seen.push(jwt),
      ({ status, message }) => seen.push(`${status} ${message}`),
    );
    for (let times = 0; times < 3; times += 1) await timer.fire();
    expect(seen).toEqual(['b', '403 no grant']);
    expect(timer.waits).toEqual([720_000, 15_000, 720_000]);
    expect(left).toHaveLength(1);
  });

  test('come no more once they are stopped', async () => {
    const { tokens, timer, left } = tokensOf([token('b')]);
    const never = (): void => {
      throw new Error('stopped');
    };
    tokens.keepFresh({ ...FIRST, jwt: 'a', serverUrl: 's', documentId: 'doc' }, never, never)();
    await timer.fire();
    expect(left).toHaveLength(1);
  });
});

describe('the Web SDK in examples/browser', () => {
  /** Stands for the Web SDK, and records its calls. */
  function viewerDouble(whileLoading: (options: LoadOptions) => Promise<void> = () => Promise.resolve()) {
    const loaded: LoadOptions[] = [];
    const sessions: string[] = [];
    const unloaded: unknown[] = [];
    const viewer = {
      load: async (options: LoadOptions) => {
        loaded.push(options);
        await whileLoading(options);
        return { setSession: (jwt: string) => sessions.push(jwt) };
      },
      unload: (container: unknown) => unloaded.push(container),
    };
    return { viewer, loaded, sessions, unloaded };
  }

  const ends: number[] = [];
  const onEnd = ({ status }: MintError): void => void ends.push(status);

  test('is given the first token, and each new one', async () => {
    const { tokens, timer } = tokensOf([token('a'), token('b'), token('c')]);
    const { viewer, loaded, sessions, unloaded } = viewerDouble();
    const close = await openViewer(viewer, '#viewer', tokens, onEnd);
    expect(loaded).toMatchObject([
      { serverUrl: 's', documentId: 'doc', authPayload: { jwt: 'a' }, instant: true },
    ]);
    await timer.fire();
    await loaded[0]?.onAuthFailed();
    expect(sessions).toEqual(['b', 'c']);
    close();
    expect(unloaded).toEqual(['#viewer']);
  });

  test('gets the new token of an authentication that fails before the document is loaded', async () => {
    const { tokens } = tokensOf([token('a'), token('b')]);
    const { viewer, sessions } = viewerDouble((options) => options.onAuthFailed());
    await openViewer(viewer, '#viewer', tokens, onEnd);
    expect(sessions).toEqual(['b']);
  });

  test('tells the page when access has ended', async () => {
    const { tokens } = tokensOf([token('a'), [403, {}]]);
    const { viewer, loaded } = viewerDouble();
    await openViewer(viewer, '#viewer', tokens, onEnd);
    await loaded[0]?.onAuthFailed();
    expect(ends).toEqual([403]);
  });
});

describe('the page of examples/browser', () => {
  type Submit = (event: object) => Promise<void>;

  /** Loads the page's script into a double of its document, and opens a document as a user does. */
  async function opened(user: string, form: Readonly<Record<string, string>>) {
    const { example, url } = await ExampleProcess.start(`${FOLDER}/serve.js`, {
      LAYERMINT_API: stack().api,
      DEMO_USER: user,
    });
    const submits: Submit[] = [];
    const elements = new Map(
      ['open', 'status', 'answer'].map((id) => [
        id,
        { textContent: '', addEventListener: (_: 'submit', listener: Submit) => submits.push(listener) },
      ]),
    );
    const realFetch = globalThis.fetch;
    jest
      .spyOn(globalThis, 'fetch')
      .mockImplementation((path, init) => realFetch(new URL(z.string().parse(path), url), init));
    const planned = setTimeout(() => undefined);
    const timer = jest.spyOn(globalThis, 'setTimeout').mockReturnValue(planned);
    Object.assign(globalThis, {
      document: { getElementById: (id: string) => elements.get(id) },
      FormData: class {
        [Symbol.iterator] = () => Object.entries(form)[Symbol.iterator]();
      },
    });
    try {
      await import(`../../../${FOLDER}/page.js?user=${user}`);
      await submits[0]?.({ preventDefault: () => undefined, target: {} });
      return {
        status: elements.get('status')?.textContent,
        answer: elements.get('answer')?.textContent,
        waits: timer.mock.calls.map(([, milliseconds]) => milliseconds),
      };
    } finally {
      jest.restoreAllMocks();
      await example.stop();
    }
  }

  test('opens the document, and plans the next token', async () => {
    const { status, answer, waits } = await opened('alice', { documentId: 'contract-2026', layer: 'review' });
    expect(status).toMatch(/^Opened\. The next token is due at /);
    expect(JSON.parse(answer ?? '')).toMatchObject({ userId: 'alice', layer: 'review' });
    expect(waits).toEqual([expect.any(Number)]);
    expect(answer).not.toContain('eyJ');
  });

  test('tells a user without a grant that there is no access', async () => {
    const { status, answer, waits } = await opened('mallory', { documentId: 'contract-2026', layer: '' });
    expect([status, answer, waits]).toEqual(['You have no access to this document.', '', []]);
  });
});
