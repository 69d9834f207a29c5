import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import {
  answerOf,
  apiToken,
  at,
  call,
  claims,
  document,
  engine,
  now,
  oldKey,
  signed,
  start,
  statusOf,
  stopEngineAfterEach,
  verdict,
} from '../../../../../support/document-engine/engine-under-test.ts';

stopEngineAfterEach();

describe('the API for backends', () => {
  test('layers of a document are listed, and an unknown one is 404', async () => {
    await start();
    expect(await answerOf(call('GET', `/api/documents/${document}/layers`))).toEqual({
      data: ['my-layer', ''],
    });
    expect(await answerOf(call('GET', `/api/documents/${encodeURIComponent('a:b~c@d')}/layers`))).toEqual({
      data: [''],
    });
    expect(await statusOf(call('GET', '/api/documents/unknown/layers'))).toBe(404);
  });

  test.each([
    ['GET', '/api/secrets/jwt'],
    ['POST', '/api/secrets/jwt'],
    ['POST', '/api/secrets/jwt/rotate'],
    ['POST', '/api/secrets/jwt/1'],
    ['POST', '/api/revoke'],
    ['GET', '/api/documents/unknown/layers'],
  ] as const)('%s %s needs the API token', async (method, path) => {
    await start();
    const body = method === 'POST' ? {} : undefined;
    for (const authorization of ['', 'Token token="wrong"', `Bearer ${apiToken}`, `Token ${apiToken}`])
      expect(await statusOf(call(method, path, body, { authorization }))).toBe(401);
  });

  test.each([
    ['/api/secrets/jwt', '{'],
    ['/api/secrets/jwt', ''],
    ['/api/secrets/jwt', []],
    ['/api/secrets/jwt', { secret: 7 }],
    ['/api/secrets/jwt', { secret: oldKey.pem, expiresAt: 'tomorrow' }],
    ['/api/secrets/jwt', { secret: oldKey.pem, expiresAt: '2030-02-30T00:00:00Z' }],
    ['/api/secrets/jwt/rotate', null],
    ['/api/secrets/jwt/one', { expiresAt: at(now) }],
    ['/api/secrets/jwt/1', {}],
    ['/api/revoke', { jwts: 'eyJ' }],
    ['/api/revoke', { jwts: [7] }],
    ['/api/revoke', { jwts: [] }],
    ['/api/revoke', {}],
  ])('POST %s with %j is 400', async (path, body) => {
    await start();
    expect(await statusOf(call('POST', path, body))).toBe(400);
  });

  test('a body must be declared as JSON', async () => {
    await start();
    const headers = { authorization: `Token token="${apiToken}"`, 'content-type': 'text/plain' };
    expect(await statusOf(call('POST', '/api/revoke', { jwts: ['a'] }, headers))).toBe(400);
  });

  test('unknown paths, methods and encodings have their own statuses', async () => {
    await start();
    expect(await statusOf(call('GET', '/nothing/here'))).toBe(404);
    expect(await statusOf(call('GET', '/api/documents/%ff/layers'))).toBe(400);
    const wrongMethod = await call('GET', '/api/revoke');
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('bytes that are not HTTP do not stop it', async () => {
    const { url } = await start();
    for (const bytes of [
      '\0\0\r\n\r\n',
      'GET // HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST /api/revoke HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{',
    ]) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume().end(bytes);
      await closed;
    }
    expect(await statusOf(call('GET', '/api/secrets/jwt'))).toBe(200);
  });

  test('an operation fails until it recovers, and the others continue', async () => {
    await start();
    const recover = engine?.inject('revoke', 'server-error');
    const token = await signed({ ...claims, jti: 'family' });
    const revoke = () => call('POST', '/api/revoke', { jwts: [token] });
    expect(await statusOf(revoke())).toBe(503);
    expect(await statusOf(call('GET', '/api/secrets/jwt'))).toBe(200);
    expect(verdict(token)).toBe(true);
    recover?.();
    engine?.inject('revoke', 'answer-lost');
    await expect(revoke()).rejects.toThrow();
    expect(verdict(token)).toMatch(/`jti`/);
    expect(engine?.calls('revoke')).toBe(2);
  });
});
