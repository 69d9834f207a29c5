import { describe, expect, test } from '@jest/globals';
import { glob, readFile } from 'node:fs/promises';
import {
  differences,
  type Exchange,
  readExchanges,
  resourceOf,
} from '../../../../tools/openapi/exchanges.ts';
import { REQUESTS } from '../../../../tools/openapi/requests.ts';

const exchange: Exchange = {
  step: 1,
  operation: 'mintToken',
  name: 'default-layer',
  summary: 'The default layer',
  status: 201,
  answer: { permissions: ['write'] },
};

describe('recorded examples', () => {
  test('belong to the requests, one each, in the same order', async () => {
    const recorded = await readExchanges();
    expect(recorded.map(({ operation, name, step }) => [operation, name, step])).toEqual(
      REQUESTS.map(({ operation, name }, at) => [operation, name, at + 1]),
    );
  });

  test('stand beside their routes', async () => {
    for (const { operation } of await readExchanges()) expect(resourceOf(operation)).toBeDefined();
  });

  test('with the same answers do not differ', () => {
    expect(differences([exchange], [structuredClone(exchange)])).toEqual([]);
  });

  test.each<[string, Exchange[], string]>([
    ['one is new', [exchange, { ...exchange, name: 'new' }], 'mintToken "new" was not recorded'],
    ['one is gone', [], 'mintToken "default-layer" is no longer a request'],
    [
      'an answer has another value',
      [{ ...exchange, answer: { permissions: ['read-document'] } }],
      'mintToken "default-layer": answer.permissions.0 was "write", and is "read-document"',
    ],
    [
      'an answer has another member',
      [{ ...exchange, answer: { ...exchange.answer, more: 1 } }],
      'mintToken "default-layer": answer.more was undefined, and is 1',
    ],
  ])('are compared in words: %s', (_, now, words) => {
    expect(differences([exchange], now)).toEqual([words]);
  });
});

test('only descriptions import descriptions in lib, so that no prose is deployed', async () => {
  const importers: string[] = [];
  for await (const file of glob('{lib,functions,infra}/**/*.ts')) {
    if (file.endsWith('/openapi.ts')) continue;
    if (/from '[^']*\/openapi\.ts'/.test(await readFile(file, 'utf8'))) importers.push(file);
  }
  expect(importers).toEqual([]);
});
