import { beforeEach, describe, expect, test } from '@jest/globals';
import { buildEvent } from '../../../../../../tools/local/stand-ins/api-gateway/event.ts';
import { RequestAuthorizer } from '../../../../../../tools/local/stand-ins/api-gateway/request-authorizer.ts';
import type { HttpRequest } from '../../../../../../tools/local/stand-ins/api-gateway/index.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

const TTL = 60;

let clock: ManualClock;
let calls: { readonly functionName: string; readonly event: unknown }[];
let respond: () => unknown;

beforeEach(() => {
  clock = new ManualClock();
  calls = [];
  respond = () => ({ isAuthorized: true, context: { issuer: 'one' } });
});

function authorizer(resultTtl = TTL): RequestAuthorizer {
  const config = { functionName: 'authorize', identitySource: '$request.header.Authorization', resultTtl };
  return new RequestAuthorizer(
    config,
    async (functionName, event) => {
      calls.push({ functionName, event });
      return Promise.resolve(respond());
    },
    clock,
  );
}

const requestWith = (authorization: string | undefined): HttpRequest & { readonly body: Buffer } => ({
  method: 'POST',
  target: '/v1/tokens?a=b',
  protocol: 'HTTP/1.1',
  headers: authorization === undefined ? [] : [['Authorization', authorization]],
  body: Buffer.from('{"secret":"body"}'),
  sourceIp: '127.0.0.1',
});

const ask = (asked: RequestAuthorizer, authorization: string | undefined) => {
  const request = requestWith(authorization);
  const match = { route: { key: 'POST /v1/tokens', functionName: 'mint' }, pathParameters: undefined };
  const event = buildEvent(request, { path: '/v1/tokens', query: 'a=b' }, match, { requestId: 'r', clock });
  return asked.authorize(request, [], event);
};

const answered = (status: number, message: string) => ({
  authorized: false,
  response: { status, body: JSON.stringify({ message }) },
});

describe('The Lambda authorizer', () => {
  test('asks the function with an event of payload format 2.0, without the body', async () => {
    expect(await ask(authorizer(), 'Bearer a.b.c')).toEqual({
      authorized: true,
      context: { lambda: { issuer: 'one' } },
    });
    expect(calls).toEqual([
      {
        functionName: 'authorize',
        event: expect.objectContaining({
          version: '2.0',
          type: 'REQUEST',
          routeArn: 'arn:aws:execute-api:us-east-1:000000000000:local/$default/POST/v1/tokens',
          identitySource: ['Bearer a.b.c'],
          routeKey: 'POST /v1/tokens',
          rawPath: '/v1/tokens',
          rawQueryString: 'a=b',
          headers: expect.objectContaining({ authorization: 'Bearer a.b.c' }),
        }),
      },
    ]);
    expect(JSON.stringify(calls)).not.toContain('secret');
  });

  test('refuses a request without the header by itself', async () => {
    for (const header of [undefined, '']) {
      expect(await ask(authorizer(), header)).toMatchObject(answered(401, 'Unauthorized'));
    }
    expect(calls).toEqual([]);
  });

  test('answers 403 if the function does not allow the request', async () => {
    respond = () => ({ isAuthorized: false });
    expect(await ask(authorizer(), 't')).toMatchObject(answered(403, 'Forbidden'));
  });

  test('answers 401 for the error Unauthorized, and 500 for any other and for an answer of another shape', async () => {
    const failing = (error: Error) => () => {
      throw error;
    };
    respond = failing(new Error('Unauthorized'));
    expect(await ask(authorizer(), 't')).toMatchObject(answered(401, 'Unauthorized'));
    respond = failing(new Error('The issuer is down'));
    expect(await ask(authorizer(), 't')).toMatchObject({
      ...answered(500, 'Internal Server Error'),
      error: 'The issuer is down',
    });
    for (const result of [
      undefined,
      {},
      { isAuthorized: 'true' },
      { principalId: 'x', policyDocument: {} },
    ]) {
      respond = () => result;
      expect(await ask(authorizer(), 't')).toMatchObject(answered(500, 'Internal Server Error'));
    }
  });

  test('keeps an answer by the header for its time, and no error', async () => {
    const asked = authorizer();
    await ask(asked, 'one');
    clock.advance(TTL * 1000 - 1);
    await ask(asked, 'one');
    expect(calls).toHaveLength(1);
    await ask(asked, 'two');
    expect(calls).toHaveLength(2);
    clock.advance(1);
    await ask(asked, 'one');
    expect(calls).toHaveLength(3);
    respond = () => {
      throw new Error('Unauthorized');
    };
    await ask(asked, 'three');
    await ask(asked, 'three');
    expect(calls).toHaveLength(5);
  });

  test('keeps none with a time of 0', async () => {
    const asked = authorizer(0);
    await ask(asked, 'one');
    await ask(asked, 'one');
    expect(calls).toHaveLength(2);
  });
});
