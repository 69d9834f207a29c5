import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import operations from '../../../../../lib/document-engine/backend-operations.json' with { type: 'json' };

test('docs/api.md lists the operations of Document Engine in their forms', () => {
  const section = /^### Operations$[^]*?(?=^### )/m.exec(readFileSync('docs/api.md', 'utf8'))?.[0] ?? '';
  const rowOf = (form: string): string[] => {
    const row = section.split('\n').find((line) => line.startsWith(`| ${form}`)) ?? '';
    return Array.from((row.split('|')[2] ?? '').matchAll(/`(\w+)`/g), ([, name = '']) => name);
  };
  const inBoth = rowOf('with and without').flatMap((name) => [name, `${name}_api`]);
  expect([...inBoth, ...rowOf('one form')].sort()).toEqual([...operations].sort());
});
