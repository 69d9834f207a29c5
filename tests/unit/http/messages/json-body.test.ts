import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { readBody } from '../../../../lib/http/messages/json-body.ts';
import { Problem } from '../../../../lib/http/problems/problem.ts';
import { apiEvent, type RequestParts } from '../../../support/http/events.ts';

const Anything = z.unknown();
const LIMIT = 64 * 1024;

/** Returns the problem with which reading a body must fail. */
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

  test('is read from base64, as API Gateway sends bodies of binary types', () => {
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

  test('is read with any case of the header Content-Type', () => {
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
        errors: [{ pointer: '#', detail: 'is empty; it must be a JSON object' }],
      });
    },
  );

  test('may have 64 KB and not a byte more', () => {
    const ofSize = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
    expect(read({ body: ofSize(LIMIT) })).toHaveLength(LIMIT - 2);
    expect(problemOf({ body: ofSize(LIMIT + 1) })).toMatchObject({ status: 413, slug: 'body-too-large' });
  });

  test('is measured in bytes as sent, not in characters and not in base64', () => {
    const text = JSON.stringify('é'.repeat(LIMIT / 2 - 1));
    expect(read({ body: text, base64: true })).toHaveLength(LIMIT / 2 - 1);
    expect(problemOf({ body: `${text} ` }).status).toBe(413);
    expect(problemOf({ body: `${text} `, base64: true }).status).toBe(413);
  });

  test.each([
    ['{', 'expected a member name in double quotes or "}" at line 1, column 2, but the text ends there'],
    ['  ', 'expected a value at line 1, column 3, but the text ends there'],
    ['{\n  "a": 1,\n}', 'expected a member name in double quotes at line 3, column 1'],
    ['NaN', 'expected a value at line 1, column 1'],
    ['{} {}', 'expected the end at line 1, column 4'],
  ])('that is not JSON is a 400 with the line and column: %j', (body, fault) => {
    expect(problemOf({ body })).toMatchObject({
      status: 400,
      slug: 'invalid-request',
      message: `The body is not JSON: ${fault}.`,
      errors: [{ pointer: '#', detail: `is not JSON: ${fault}` }],
    });
  });

  test.each([
    ['a byte that no character has', [0x22, 0xff, 0x22], 2],
    ['a character in too many bytes', [0x22, 0xc0, 0xaf, 0x22], 2],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80], 1],
    ['a character that the end cuts', [0x22, 0xc3, 0xa9, 0xc3], 4],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], 1],
    ['a fault after a byte order mark', [0xef, 0xbb, 0xbf, 0x22, 0xff, 0x22], 5],
    ['a fault after a replacement character', [0x22, 0xef, 0xbf, 0xbd, 0xff, 0x22], 5],
  ])('that is not UTF-8 is a 400 with the byte: %s', (_, bytes, first) => {
    const event = { ...apiEvent(), body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true };
    expect(() => readBody(event, Anything, LIMIT)).toThrow(`The body is not UTF-8 from byte ${first} on.`);
  });

  test('may begin with a byte order mark', () => {
    expect(read({ body: '\ufeff{"a": 1}' })).toEqual({ a: 1 });
  });

  test('of thousands of open brackets is read or refused like any other', () => {
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    expect(Array.isArray(read({ body: deep }))).toBe(true);
    expect(problemOf({ body: '['.repeat(60_000) }).status).toBe(400);
  });

  test.each([
    'hunter2',
    '{"password": hunter2}',
    '{"password": "hunter2',
    '{"hunter2" 1}',
    '{"a": 1} hunter2',
  ])('that is not JSON is never quoted in the problem: %j', (body) => {
    expect(JSON.stringify(problemOf({ body }).body('request-1'))).not.toContain('hunter2');
  });
});

describe('a repeated member', () => {
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
      errors: [{ pointer, detail: expect.stringContaining('is there twice') }],
    });
  });

  test('is a 400 that tells the place of the second', () => {
    expect(problemOf({ body: '{\n  "a": 1,\n  "a": 2\n}' }).message).toBe(
      '#/a is there twice, the second time at line 3, column 3; name each member once.',
    );
  });

  test.each([
    '{"a": {"a": {"a": 1}}}',
    '[{"a": 1}, {"a": 2}]',
    '{"a": "b", "b": "a"}',
    '{"a": ["a", "a", "a"]}',
    String.raw`{"a": "\"a\": 1, ", "b": "{\"a\":", "c": "}"}`,
    '{"a": "x:y", "b": ":"}',
    '{"A": 1, "a": 2}',
  ])('is not found in a body without one: %s', (body) => {
    expect(read({ body })).toEqual(JSON.parse(body));
  });
});

describe('a body that its schema refuses', () => {
  const Schema = z.strictObject(
    {
      count: z.int({ error: 'must be whole' }),
      list: z.optional(z.array(z.strictObject({ name: z.string({ error: 'must be a string' }) }))),
    },
    { error: 'is unknown' },
  );

  test('is a problem with a pointer to every fault, and the first in the detail', () => {
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

  test('has its only fault as the whole detail', () => {
    expect(problemOf({ body: { count: '1' } }, Schema).message).toBe(
      '#/count must be whole; write it without quotes.',
    );
  });

  test('gets one fault for a value that breaks two rules with the same message', () => {
    const error = 'must be at most 5';
    const Number5 = z.strictObject({ count: z.int({ error }).check(z.maximum(5, { error })) });
    expect(problemOf({ body: { count: 1e29 } }, Number5).errors).toEqual([
      { pointer: '#/count', detail: error },
    ]);
  });

  test.each([
    [{}, '#/count', 'is missing; it must be whole'],
    [{ count: null }, '#/count', 'is null; it must be whole'],
    [{ count: 1, list: [{}] }, '#/list/0/name', 'is missing; it must be a string'],
    [{ count: 1, list: [{ name: null }] }, '#/list/0/name', 'is null; it must be a string'],
  ])('is reported to lack a member, or to have null for it, only if it does: %j', (body, pointer, detail) => {
    expect(problemOf({ body }, Schema).errors).toEqual([{ pointer, detail }]);
  });

  test('lacks a member even if every JavaScript object has one of that name', () => {
    const Own = z.object({ constructor: z.string({ error: 'must be a string' }) });
    expect(problemOf({ body: {} }, Own).message).toBe('#/constructor is missing; it must be a string.');
  });

  test('can have members with a meaning in JavaScript, which are refused by name', () => {
    const problem = problemOf({ body: '{"count": 1, "__proto__": {"list": []}}' }, Schema);
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['#/__proto__']);
  });
});
