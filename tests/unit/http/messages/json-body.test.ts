import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { readBody } from '../../../../lib/http/messages/json-body.ts';
import { Problem } from '../../../../lib/http/problems/problem.ts';
import { apiEvent, type RequestParts } from '../../../support/http/events.ts';

const Anything = z.unknown();
const LIMIT = 64 * 1024;

/** The problem that reading a body ends with. */
function problemOf(parts: RequestParts, schema: z.ZodMiniType = Anything): Problem {
  try {
    readBody(apiEvent(parts), schema, LIMIT);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new TypeError('the body was read');
}

const read = (parts: RequestParts): unknown => readBody(apiEvent(parts), Anything, LIMIT);

describe('a body', () => {
  test('with any number of faults gets an answer of 20', () => {
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`unknown-${index}`, 1]));
    const problem = problemOf({ body }, z.strictObject({}));
    expect(problem.errors).toHaveLength(20);
    expect(problem.message).toContain('499 more');
  });

  test('is read as JSON', () => {
    expect(read({ body: '{"a": [1, "é"]}' })).toEqual({ a: [1, 'é'] });
  });

  test('is read from base64, as API Gateway sends what it takes for binary', () => {
    expect(read({ body: '{"a": "é"}', base64: true })).toEqual({ a: 'é' });
  });

  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('may be sent as %s', (type) => {
    expect(read({ body: '{}', headers: { 'content-type': type } })).toEqual({});
  });

  test('is read whatever the case of the header that names its type', () => {
    const headers = { 'content-type': undefined, 'Content-Type': 'application/json' };
    expect(read({ body: '{}', headers })).toEqual({});
  });

  test.each([
    undefined,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/problem+json',
    'application/jsonp',
    'application/json; charset=utf-16',
    'application/json, application/json',
  ])('is a 415 as %j', (type) => {
    expect(problemOf({ body: '{}', headers: { 'content-type': type } })).toMatchObject({
      status: 415,
      slug: 'unsupported-media-type',
    });
  });

  test.each([{}, { body: '' }, { body: '', base64: true }])(
    'that is absent or empty is a 400: %j',
    (parts) => {
      expect(problemOf(parts)).toMatchObject({
        status: 400,
        errors: [{ pointer: '#', detail: 'must be a JSON object; the body is empty' }],
      });
    },
  );

  test('may have 64 KB and not a byte more', () => {
    const ofSize = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
    expect(read({ body: ofSize(LIMIT) })).toHaveLength(LIMIT - 2);
    expect(problemOf({ body: ofSize(LIMIT + 1) })).toMatchObject({ status: 413, slug: 'body-too-large' });
  });

  test('is measured in bytes of what was sent, not in characters nor in base64', () => {
    const text = JSON.stringify('é'.repeat(LIMIT / 2 - 1));
    expect(read({ body: text, base64: true })).toHaveLength(LIMIT / 2 - 1);
    expect(problemOf({ body: `${text} ` }).status).toBe(413);
    expect(problemOf({ body: `${text} `, base64: true }).status).toBe(413);
  });

  test.each(['{', "{'a': 1}", '{"a": 1,}', 'NaN', '{} {}', '\u0000'])(
    'that is not JSON is a 400: %j',
    (body) => {
      expect(problemOf({ body })).toMatchObject({
        status: 400,
        errors: [{ pointer: '#', detail: 'must be JSON in UTF-8' }],
      });
    },
  );

  test('that is not UTF-8 is a 400', () => {
    const event = {
      ...apiEvent({ body: '' }),
      body: Buffer.from([0x22, 0xff, 0x22]).toString('base64'),
      isBase64Encoded: true,
    };
    expect(() => readBody(event, Anything, LIMIT)).toThrow('must be JSON in UTF-8');
  });

  test('of thousands of open brackets is read or refused like any other', () => {
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    expect(Array.isArray(read({ body: deep }))).toBe(true);
    expect(problemOf({ body: '['.repeat(60_000) }).status).toBe(400);
  });

  test('is never quoted in the problem', () => {
    expect(problemOf({ body: '{"password": hunter2}' }).message).not.toContain('hunter2');
  });
});

describe('a member that is there twice', () => {
  test.each([
    ['{"documentId": "a", "documentId": "b"}', '#/documentId'],
    ['{"documentId": "a", "documentId": "a"}', '#/documentId'],
    [String.raw`{"documentId": "a", "\u0064ocumentId": "b"}`, '#/documentId'],
    [String.raw`{"\u0061\u0062": 1, "\u0061b": 2}`, '#/ab'],
    ['{"a": {"b": 1, "b": 2}}', '#/a/b'],
    ['{"a": [0, {"b": 1}, {"c": [], "b": 1, "b": 2}]}', '#/a/2/b'],
    ['[[1, 2], [3, {"x": {}, "x": {}}]]', '#/1/1/x'],
    ['{"a" : 1, "b": {"a": 1}, "a"\n:\t2}', '#/a'],
    ['{"": 1, "": 2}', '#/'],
    [String.raw`{"a\"b": 1, "a\"b": 2}`, '#/a%22b'],
    [String.raw`{"a\\": 1, "a\\": 2}`, '#/a%5C'],
    ['{"__proto__": 1, "__proto__": 2}', '#/__proto__'],
  ])('is a 400 that points to it: %s', (body, pointer) => {
    expect(problemOf({ body })).toMatchObject({
      status: 400,
      errors: [{ pointer, detail: 'is there twice; name each member once' }],
    });
  });

  test.each([
    '{"a": {"a": {"a": 1}}}',
    '[{"a": 1}, {"a": 2}]',
    '{"a": "b", "b": "a"}',
    '{"a": ["a", "a", "a"]}',
    String.raw`{"a": "\"a\": 1, ", "b": "{\"a\":", "c": "}"}`,
    '{"a": "x:y", "b": ":"}',
    '{"A": 1, "a": 2}',
  ])('is not seen where there is none: %s', (body) => {
    expect(read({ body })).toEqual(JSON.parse(body));
  });
});

describe('what a schema refuses', () => {
  const Schema = z.strictObject({
    count: z.int({ error: 'must be whole' }),
    list: z.optional(z.array(z.strictObject({ name: z.string({ error: 'must be a text' }) }))),
  });

  test('is pointed to, every fault of it, and the first is said in the detail', () => {
    const problem = problemOf(
      { body: { count: 1.5, list: [{ name: 'a' }, { name: 7 }], extra: 1, 'm/n': 2 } },
      Schema,
    );
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([
      '#/count',
      '#/list/1/name',
      '#/extra',
      '#/m~1n',
    ]);
    expect(problem.message).toBe('#/count must be whole. 3 more: see errors.');
  });

  test('says only what is wrong where there is one fault', () => {
    expect(problemOf({ body: { count: '1' } }, Schema).message).toBe('#/count must be whole.');
  });

  test('is said once where one thing breaks two rules that say the same', () => {
    const error = 'must be at most 5';
    const Number5 = z.strictObject({ count: z.int({ error }).check(z.maximum(5, { error })) });
    expect(problemOf({ body: { count: 1e29 } }, Number5).errors).toEqual([
      { pointer: '#/count', detail: error },
    ]);
  });

  test('includes members that JavaScript gives a meaning', () => {
    const problem = problemOf({ body: '{"count": 1, "__proto__": {"list": []}}' }, Schema);
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['#/__proto__']);
  });
});
