import { describe, expect, test } from '@jest/globals';
import { limitsOf, type LimitUse, type ModelSettings } from '../../../../tools/model/limits.ts';
import { loadOf, type Shape } from '../../../../tools/model/loads.ts';
import { settings } from './model-settings.ts';

function limit(name: RegExp, shape: Shape, rate: number, given: Partial<ModelSettings> = {}): LimitUse {
  const all = { ...settings, ...given };
  const found = limitsOf(loadOf(shape, rate, all.use), all).find((one) => name.test(one.name));
  if (found === undefined) throw new Error(`There is no limit ${String(name)}`);
  return found;
}

describe('a steady load of 100 tokens a second', () => {
  test.each([
    [/^the stage/, 100, 200],
    [/requests to all APIs/, 100, 10_000],
    [/invocations a second/, 100, 10_000],
    // 99 of 100 mints take 20 ms, one takes 150 ms.
    [/concurrent executions$/, 2.13, 1000],
    // One in a hundred starts a process.
    [/new processes/, 10, 1000],
    [/reads of a new table/, 200, 12_000],
    [/writes of a new table/, 50, 4000],
    [/reads of a table/, 200, 40_000],
    [/writes of a table/, 50, 40_000],
    [/reads of a partition: one document/, 20, 3000],
    [/writes of a partition: one document/, 5, 1000],
    [/published keys/, 1, 3000],
    // A call of each started process, and 12 an hour of each busy one.
    [/^Secrets Manager/, 1 + (2.13 * 12) / 3600, 10_000],
    [/^KMS/, 1 + (2.13 * 12) / 3600, 5500],
    // The function's log and the audit log.
    [/PutLogEvents/, 4.26, 5000],
  ])('uses %p: %p of %p', (name, used, allowed) => {
    const { used: computed, limit: computedLimit } = limit(name, 'steady', 100);
    expect(computed).toBeCloseTo(used, 9);
    expect(computedLimit).toBe(allowed);
  });
});

describe('a herd', () => {
  test('may use the burst of the stage once, in all seconds together', () => {
    expect(limit(/^the stage/, 'outage', 100).limit).toBe(200 + 400 / 50);
  });

  test('finds no process that waits, so each of its first requests needs a new one', () => {
    // 1,500 a second for 120, 20 and 20 ms.
    expect(limit(/concurrent executions$/, 'outage', 100).used).toBeCloseTo(240, 9);
    expect(limit(/new processes/, 'outage', 100).used).toBeCloseTo(240, 9);
  });

  test('never starts more processes than Lambda allows, so it asks Secrets Manager no more often', () => {
    expect(limit(/published keys/, 'outage', 100_000).used).toBe(1000);
  });

  test('finds a table that takes the double of a usual day', () => {
    expect(limit(/reads of a new table/, 'outage', 10_000).limit).toBe(40_000);
    expect(limit(/reads of a new table/, 'outage', 100).limit).toBe(12_000);
  });
});

test('a raised quota of the account counts in place of the default', () => {
  const raised = { quotas: { lambdaConcurrency: 5000 } };
  expect(limit(/concurrent executions$/, 'steady', 1, raised).limit).toBe(5000);
  expect(limit(/invocations a second/, 'steady', 1, raised).limit).toBe(50_000);
});
