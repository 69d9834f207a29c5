import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sendRaw } from '../../support/http/raw-http.ts';
import { ExampleProcess } from '../../support/guides/example-process.ts';
import { stack } from '../../support/guides/stack-of-guides.ts';

// tests/browser opens the page in Chromium. This is about its server alone.
describe('examples/web', () => {
  let page: Awaited<ReturnType<typeof ExampleProcess.start>>;
  beforeAll(async () => {
    page = await ExampleProcess.start('examples/web/serve.js', { LAYERMINT_API: stack().api });
  });
  afterAll(() => page.example.stop());

  test.each([
    ['/', 'text/html; charset=utf-8', 'src="page.js"'],
    ['/page.js', 'text/javascript; charset=utf-8', '/v1/tokens'],
    ['/page.css', 'text/css; charset=utf-8', ':focus-visible'],
    ['/settings.json', 'application/json', '"users":["alice","bob","carol","mallory"]'],
  ])('serves %s', async (path, type, part) => {
    const answer = await fetch(page.url + path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(await answer.text()).toContain(part);
  });

  test.each([
    '/serve.js',
    '/../local-stack.js',
    '/..%2flocal-stack.js',
    '/viewer/nutrient-viewer.js',
    '//evil.example/',
    '/v1/documents',
  ])('serves no other file, and passes no request on: %s', async (path) => {
    expect(await sendRaw(page.url, { method: 'GET', path })).toMatchObject({ status: 404, body: '' });
  });

  test('lets scripts of its own alone run, and sends tokens to the servers of the stack alone', async () => {
    const { headers } = await fetch(page.url);
    const policy = headers.get('content-security-policy')?.split('; ');
    const { api, tokenEndpoint, documentEngine } = stack();
    const origins = [api, tokenEndpoint, documentEngine].map((url) => new URL(url).origin);
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "script-src 'self'",
        `connect-src 'self' ${origins.join(' ')}`,
      ]),
    );
  });

  test('shows no secret of the stack', async () => {
    const settings = await (await fetch(`${page.url}/settings.json`)).text();
    expect(settings).not.toMatch(/eyJ|secret|backend/);
  });
});
