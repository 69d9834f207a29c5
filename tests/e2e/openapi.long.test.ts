import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { startLocalStack, type LocalStack } from '../support/local-stack/local-stack.ts';
import { LiveValues } from '../support/local-stack/live-values.ts';
import {
  answerWithoutRoute,
  type DocumentedAnswer,
  documentedAnswer,
  faultsOf,
  operations,
  schemaOf,
  type Step,
  steps,
} from '../support/openapi/openapi.ts';

let stack: LocalStack;
const live = new LiveValues();

beforeAll(async () => {
  stack = await startLocalStack(['--log-level', 'warn']);
});

afterAll(async () => {
  await stack.stop();
});

/** The headers that an answer must not have unless they are documented. */
const NOTABLE = ['cache-control', 'etag', 'location', 'retry-after', 'www-authenticate', 'allow'];

/** Checks an answer against its documentation, and reads its body. */
async function checked(response: Response, documented: DocumentedAnswer): Promise<unknown> {
  const headers = new Map(
    Object.entries(documented.headers).map(([name, header]) => [name.toLowerCase(), { name, header }]),
  );
  for (const { name, header } of headers.values()) {
    const value = response.headers.get(name);
    if (value !== null) expect(faultsOf(`${documented.pointer}/headers/${name}/schema`, value)).toEqual([]);
    else expect([name, header.required ?? false]).toEqual([name, false]);
  }
  expect(NOTABLE.filter((name) => response.headers.has(name) && !headers.has(name))).toEqual([]);

  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0];
  if (type === undefined) {
    expect([text, Object.keys(documented.content)]).toEqual(['', []]);
    return undefined;
  }
  const body: unknown = type === 'text/html' ? pageIn(text) : JSON.parse(text);
  expect([body, faultsOf(schemaOf(documented.pointer, type), body)]).toEqual([body, []]);
  return body;
}

/** Stands for a page, as its documented example does. */
function pageIn(html: string): string {
  expect(html).toMatch(/^<!doctype html>/i);
  return '…';
}

function send({ operation, caller, parameters, body }: Step): Promise<Response> {
  const given = (place: string): [string, string][] =>
    parameters.filter((it) => it.in === place).map(({ name, value }) => [name, live.in(value)]);
  const path = given('path').reduce(
    (path, [name, value]) => path.replace(`{${name}}`, encodeURIComponent(value)),
    operation.path,
  );
  const query = given('query').map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return fetch(`${stack.api}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`, {
    method: operation.method,
    headers: {
      ...Object.fromEntries(given('header')),
      ...(caller !== undefined && { authorization: `Bearer ${stack.callers[caller]?.token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: live.in(JSON.stringify(body)) }),
  });
}

describe('every documented request gets the documented answer', () => {
  test.each(steps.map((step) => ({ id: step.operation.operationId, ...step })))(
    '$order. $id: $summary',
    async (step) => {
      const response = await send(step);
      const documented = documentedAnswer(step.operation, response.status);
      const body = await checked(response, documented);
      expect([response.status, body]).toEqual([step.status, body]);
      live.learn(step.answer, body);
      // A later step sends the ETag of a public answer, which is another one than in the example.
      if (step.operation.security.length === 0 && response.status === 200) {
        live.learn({ etag: documented.headers['ETag']?.example }, { etag: response.headers.get('etag') });
      }
      expect(live.comparable(body, step.answer)).toEqual(live.comparable(step.answer, step.answer));
    },
  );
});

/** The first documented value of a parameter. */
function firstExample({ examples }: (typeof operations)[number]['parameters'][number]): string {
  return String(Object.values(examples)[0]?.value);
}

describe('every route behaves as documented', () => {
  test.each(operations.filter(({ security }) => security.length > 0))(
    '$method $path requires a caller token',
    async (operation) => {
      const response = await fetch(stack.api + operation.path.replaceAll(/[{}]/g, ''), {
        method: operation.method,
      });
      expect(response.status).toBe(401);
      await checked(response, documentedAnswer(operation, 401));
    },
  );

  test.each(operations.filter(({ security }) => security.length === 0))(
    '$method $path requires none',
    async (operation) => {
      const path = operation.parameters
        .filter((it) => it.in === 'path')
        .reduce((filled, it) => filled.replace(`{${it.name}}`, firstExample(it)), operation.path);
      const response = await fetch(stack.api + path, { method: operation.method });
      expect(response.status).toBe(200);
      await checked(response, documentedAnswer(operation, 200));
    },
  );

  test.each(operations.filter(({ requestBody }) => requestBody !== undefined))(
    '$method $path accepts only JSON',
    async (operation) => {
      const response = await fetch(`${stack.api}${operation.path.replaceAll(/[{}]/g, '')}?everyone`, {
        method: operation.method,
        headers: { authorization: `Bearer ${stack.callers['backend']?.token}`, 'content-type': 'text/plain' },
        body: '{}',
      });
      expect(response.status).toBe(415);
      await checked(response, documentedAnswer(operation, 415));
    },
  );

  test.each(operations.filter(({ requestBody }) => requestBody !== undefined))(
    '$method $path refuses a body over the documented length',
    async (operation) => {
      const documented = documentedAnswer(operation, 413);
      const { value } = documented.content['application/problem+json']?.examples['body-too-large'] ?? {};
      const { detail } = z.object({ detail: z.string() }).parse(value);
      const response = await fetch(`${stack.api}${operation.path.replaceAll(/[{}]/g, '')}?everyone`, {
        method: operation.method,
        headers: { authorization: `Bearer ${stack.callers['backend']?.token}` },
        body: ' '.repeat(Number(/has (\d+) bytes/.exec(detail)?.[1])),
      });
      expect(response.status).toBe(413);
      expect(await checked(response, documented)).toMatchObject({ detail });
    },
  );

  test.each([
    ['GET', '/v1/nothing', 404],
    ['PATCH', '/v1/tokens', 405],
  ])('%s %s is answered %d', async (method, path, status) => {
    const response = await fetch(stack.api + path, { method });
    expect(response.status).toBe(status);
    await checked(response, answerWithoutRoute(status));
  });
});
