import { describe, expect, test } from '@jest/globals';
import { sendLines } from '../../support/http/raw-http.ts';
import { expectRefused, send, stack } from '../../support/local-stack/stack-under-attack.ts';

describe('the local stack’s own routes', () => {
  const LOCAL = [
    ['GET', '/local'],
    ['GET', '/local/table'],
    ['GET', '/local/functions/mintToken'],
    ['POST', '/local/functions/mintToken/restart'],
    ['POST', '/local/functions/sweepRevocations/invoke'],
  ] as const;
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

  test.each(LOCAL.slice(2))('%s %s by a page of another site', async (method, path) => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost:3000'])
      expectRefused(await send({ method, path, headers: { origin } }), 403);
  });

  test.each(LOCAL)('%s %s, read by a page of another site', async (method, path) => {
    const answer = await send({ method, path, headers: { origin: 'https://evil.example' } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('the environment of a function through its name', async () => {
    for (const path of [
      '/local/functions/../table',
      '/local/functions/mintToken%2Frestart',
      '/local/functions/__proto__',
    ])
      expectRefused(await send({ method: 'GET', path }), 404);
  });
});
