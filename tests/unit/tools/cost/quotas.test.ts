import { expect, test } from '@jest/globals';
import { costsReport } from '../../../../tools/cost/costs-report.ts';
import { allows, quotasOf, type Quota } from '../../../../tools/cost/quotas.ts';
import { measured } from './measured-stage.ts';

const quota = (name: RegExp): Quota => {
  const found = quotasOf(measured).find((one) => name.test(one.name));
  if (!found) throw new Error(`There is no quota ${String(name)}`);
  return found;
};

test("the stage's own throttle allows its rate", () => {
  expect(allows(quota(/^the stage/))).toBe(200);
});

test('the reads of a document allow 3,000 units by the units of a token', () => {
  expect(allows(quota(/reads of one document/))).toBe(1500);
});

test('the writes of a document leave out those of the index, which has partitions of its own', () => {
  expect(allows(quota(/writes of one document/))).toBe(1000);
});

test('concurrent executions allow as many tokens as fit into a second of each', () => {
  expect(allows(quota(/concurrent executions$/))).toBeCloseTo(1000 / 0.01598, 6);
});

test('every quota names its source and a remedy', () => {
  for (const { source, remedy } of quotasOf(measured)) {
    expect(source).toMatch(/^(?:https:\/\/(?:docs\.aws\.amazon\.com|repost\.aws)\/|infra\/)/);
    expect(remedy).not.toBe('');
  }
});

test('the report marks a quota that is met, and names the first one for each rate', () => {
  const report = costsReport(measured);
  expect(report).toMatch(/\| 200 requests a second \| 200 \| 0\.5 % \| 50 % \| \*\*500 %\*\* \|/);
  expect(report).toContain('**100 a second:** none is met. The next is the stage');
  expect(report).toContain('**1,000 a second:** met in this order: the stage');
});
