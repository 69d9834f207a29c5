import { describe, expect, test } from '@jest/globals';
import { functions, send, useGateway } from '../../../../../support/api-gateway/gateway-under-test.ts';

useGateway();

describe('The answer', () => {
  test('is the response that the function returned', async () => {
    functions.respond = () => ({
      statusCode: 201,
      headers: { 'Content-Type': 'application/problem+json', 'X-Count': 3 },
      cookies: ['a=1; Secure', 'b=2'],
      body: '{"ok":true}',
    });
    const answer = await send({ path: '/' });
    expect(answer).toMatchObject({ status: 201, cookies: ['a=1; Secure', 'b=2'], body: '{"ok":true}' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'x-count': '3' });
    expect(answer.headers['apigw-requestid']).toBe(functions.calls[0]?.event.requestContext.requestId);
  });

  test('is decoded if the function encoded it', async () => {
    functions.respond = () => ({
      statusCode: 200,
      body: Buffer.from('äö').toString('base64'),
      isBase64Encoded: true,
    });
    expect(await send({ path: '/' })).toMatchObject({ status: 200, body: 'äö' });
  });

  test('is plain text if the function named no type, and has no type without a body', async () => {
    functions.respond = () => ({ statusCode: 200, body: 'words' });
    expect((await send({ path: '/' })).headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
    });
    functions.respond = () => ({ statusCode: 204 });
    expect((await send({ path: '/' })).headers).not.toHaveProperty('content-type');
  });

  test('is JSON with status 200 if the function returned another value', async () => {
    functions.respond = () => ({ plain: 'object' });
    const answer = await send({ path: '/' });
    expect(answer).toMatchObject({ status: 200, body: '{"plain":"object"}' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  test('to HEAD has no body', async () => {
    functions.respond = () => ({ statusCode: 404, body: 'nothing here' });
    expect(await send({ method: 'HEAD', path: '/' })).toMatchObject({ status: 404, body: '' });
  });

  test.each([
    [
      'throws',
      (): never => {
        throw new Error('a detail nobody may see');
      },
    ],
    ['returns an invalid status', () => ({ statusCode: 'created' })],
    ['returns a body that is not a string', () => ({ statusCode: 200, body: { a: 1 } })],
  ])('is a bare 500 if the function %s', async (_, answer) => {
    functions.respond = answer;
    expect(await send({ path: '/' })).toMatchObject({
      status: 500,
      body: '{"message":"Internal Server Error"}',
    });
  });
});
