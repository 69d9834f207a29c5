import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { PROBLEMS } from '../../../lib/http/problems/problem.ts';

const page = readFileSync('docs/refused.md', 'utf8');

/** Lists the names in code type in the first column of the page's tables. */
const explained = [...page.matchAll(/^\| ([^|]+)\|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
);

test('docs/refused.md explains each problem of the status 403', () => {
  const refusals = Object.entries(PROBLEMS).flatMap(([slug, { status }]) => (status === 403 ? [slug] : []));
  expect(refusals).toContain('not-granted');
  expect(refusals.filter((slug) => !explained.includes(slug))).toEqual([]);
});

test('docs/refused.md explains each reason for which the Lambda authorizer refuses a token', () => {
  const [, type = ''] =
    /type RefusalReason =(.*?);/s.exec(readFileSync('lib/issuers/errors.ts', 'utf8')) ?? [];
  const reasons = [...type.matchAll(/'([a-z-]+)'/g)].map(([, reason]) => reason);
  expect(reasons).toContain('unknown-issuer');
  expect(reasons.filter((reason) => !explained.includes(reason))).toEqual([]);
});
