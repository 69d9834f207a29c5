import { describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { call, isConfidential } from '../../../../tools/cli/http-call.ts';
import { listenOnLoopback, textAnswer } from '../../../../tools/local/stand-ins/loopback-server.ts';
import { resourcesOfFile } from '../../../support/runtime/resources.ts';

const resources = resourcesOfFile();

describe('a request that holds a token', () => {
  test.each([
    'https://tokens.example.com',
    'HTTPS://tokens.example.com',
    'http://127.0.0.1:4747',
    'http://127.1.2.3',
    'http://localhost:4747',
    'http://[::1]:4747',
  ])('can go to %s', (url) => {
    expect(isConfidential(url)).toBe(true);
  });

  test.each([
    'http://tokens.example.com',
    'http://127.0.0.1.evil.example',
    'http://127.0.0.1@evil.example',
    'http://localhost.evil.example',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://[::ffff:10.0.0.1]',
    'ftp://127.0.0.1',
    'data:text/plain,127.0.0.1',
    '127.0.0.1:4747',
    '',
  ])('cannot go to %s, where others on the way could read it', async (url) => {
    expect(isConfidential(url)).toBe(false);
    await expect(call(url)).rejects.toThrow('must begin with https://');
  });

  test('ends with its time limit if no answer comes', async () => {
    const silent = resources.adopt(await listenOnLoopback(() => new Promise(() => undefined)), (it) =>
      it.close(),
    );
    await expect(call(silent.url, { timeLimit: 1 })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('Attack: fails if a server switches to another protocol in place of an answer, which ends no wait otherwise', async () => {
    const server = createServer((socket) => {
      socket
        .resume()
        .end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    resources.use(server);
    const { port } = server.address() as AddressInfo;
    await expect(call(`http://127.0.0.1:${port}`)).rejects.toThrow(
      'The connection was closed without an answer.',
    );
  });

  test('is not sent on to another address by a redirect', async () => {
    const received: string[] = [];
    const other = resources.adopt(
      await listenOnLoopback(({ path }) => {
        received.push(path);
        return Promise.resolve(textAnswer(200, 'ok'));
      }),
      (it) => it.close(),
    );
    for (const status of [301, 302, 307, 308]) {
      const redirecting = resources.adopt(
        await listenOnLoopback(() => Promise.resolve(textAnswer(status, '', { location: other.url }))),
        (it) => it.close(),
      );
      const answer = await call(redirecting.url, {
        method: 'POST',
        headers: { authorization: 'Bearer a' },
        body: 'b',
      });
      expect(answer.status).toBe(status);
    }
    expect(received).toEqual([]);
  });

  test('reads no answer without an end into memory', async () => {
    const endless = resources.adopt(
      await listenOnLoopback(() => Promise.resolve(textAnswer(200, 'a'.repeat(2 * 1024 * 1024)))),
      (it) => it.close(),
    );
    await expect(call(endless.url)).rejects.toThrow('The answer is longer than 1 MiB.');
  });
});
