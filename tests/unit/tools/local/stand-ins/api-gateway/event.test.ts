import { describe, expect, test } from '@jest/globals';
import {
  eventOf,
  functions,
  NOW,
  send,
  useGateway,
} from '../../../../../support/api-gateway/gateway-under-test.ts';

useGateway();

describe('The event', () => {
  test('is of payload format 2.0', async () => {
    const event = await eventOf({ path: '/short?a=1', headers: { 'User-Agent': 'tests' } });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /short',
      rawPath: '/short',
      rawQueryString: 'a=1',
      isBase64Encoded: false,
      requestContext: {
        http: {
          method: 'GET',
          path: '/short',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'tests',
        },
        domainName: '127.0.0.1',
        routeKey: 'GET /short',
        stage: '$default',
        time: '24/Nov/2026:10:20:30 +0000',
        timeEpoch: NOW,
      },
    });
    expect(event.requestContext.requestId).toMatch(/./);
    expect(event.requestContext).not.toHaveProperty('authorizer');
    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('cookies');
  });

  test('joins repeated headers with commas under lower-case names', async () => {
    const event = await eventOf({ path: '/', headers: { 'X-Many': ['one', 'two'], ACCEPT: 'a, b' } });
    expect(event.headers).toMatchObject({ 'x-many': 'one,two', accept: 'a, b' });
  });

  test.each([
    ['service.example:4000', '4000', 'service.example'],
    ['service.example', '80', 'service.example'],
  ])('for the host %s names the port %s and the domain %s', async (host, port, domainName) => {
    const event = await eventOf({ path: '/', headers: { Host: host } });
    expect(event.headers).toMatchObject({ 'x-forwarded-port': port });
    expect(event.requestContext).toMatchObject({ domainName });
  });

  test('has a separate field for cookies', async () => {
    const event = await eventOf({ path: '/', headers: { Cookie: 'a=1; b=2' } });
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(event.headers).not.toHaveProperty('cookie');
  });

  test('has the query as sent, and its parameters decoded and joined', async () => {
    const event = await eventOf({ path: '/?group=a%20b&group=c+d&everyone&x=%2C' });
    expect(event.rawQueryString).toBe('group=a%20b&group=c+d&everyone&x=%2C');
    expect(event.queryStringParameters).toEqual({ group: 'a b,c d', everyone: '', x: ',' });
    functions.calls = [];
    expect(await eventOf({ path: '/' })).toMatchObject({ rawQueryString: '' });
    expect(functions.calls[0]?.event).not.toHaveProperty('queryStringParameters');
  });

  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'text/plain',
    'application/merge-patch+json',
  ])('has a body of type %s as text', async (type) => {
    const event = await eventOf({
      method: 'POST',
      path: '/',
      headers: { 'content-type': type },
      body: '{"ä":1}',
    });
    expect(event).toMatchObject({ body: '{"ä":1}', isBase64Encoded: false });
  });

  test.each(['application/octet-stream', 'application/x-www-form-urlencoded', 'image/png'])(
    'has a body of type %s in base64',
    async (type) => {
      const body = Buffer.from([0, 255, 128]);
      const event = await eventOf({ method: 'POST', path: '/', headers: { 'content-type': type }, body });
      expect(event).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
    },
  );

  test('has a body without a type in base64', async () => {
    const event = await eventOf({ method: 'POST', path: '/', body: '{"ä":1}' });
    expect(event.headers).not.toHaveProperty('content-type');
    expect(event).toMatchObject({ body: Buffer.from('{"ä":1}').toString('base64'), isBase64Encoded: true });
  });

  test('is not sent for a body over 10 MB', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1, 'a');
    const answer = await send({ method: 'POST', path: '/', headers: { 'content-type': 'text/plain' }, body });
    expect(answer).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
    expect(functions.calls).toEqual([]);
  });

  test('is not sent for a request with over 10 240 bytes of headers', async () => {
    expect(await send({ path: '/', headers: { 'x-long': 'a'.repeat(10_240) } })).toMatchObject({
      status: 431,
    });
    expect(functions.calls).toEqual([]);
  });
});
