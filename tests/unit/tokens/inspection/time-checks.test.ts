import { describe, expect, test } from '@jest/globals';
import { NOON } from '../../../support/runtime/clock.ts';
import { failedIn, inspect, ruleIn } from '../../../support/tokens/inspecting.ts';

describe('The times', () => {
  test.each([
    ['exp', NOON, 'Expiration time is in the past'],
    ['exp', undefined, 'Give the token an expiry'],
    ['exp', '1769861700', 'a whole number of seconds'],
    ['exp', NOON + 0.5, 'a whole number of seconds'],
    ['exp', 8.64e12 + 1, 'a whole number of seconds'],
    ['nbf', NOON + 1, 'Wait until then'],
    ['nbf', null, 'a whole number of seconds'],
    ['iat', NOON + 1, 'Correct the clock of the issuer'],
    ['nbf', NOON * 1000, 'looks like milliseconds'],
  ])('%s cannot be %j', async (claim, value, detail) => {
    const inspection = await inspect({ claims: { [claim]: value } });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual([claim]);
    expect(ruleIn(inspection, claim)?.detail).toContain(detail);
  });

  test('may be this very second to begin, and the next to end', async () => {
    expect(await inspect({ claims: { iat: NOON, nbf: NOON, exp: NOON + 1 } })).toMatchObject({
      accepted: true,
    });
  });

  test('may be a day apart; more is accepted with advice', async () => {
    expect(failedIn(await inspect({ claims: { exp: NOON + 86_400 } }))).toEqual([]);
    const tenYears = await inspect({ claims: { exp: NOON + 315_360_000 } });
    expect(tenYears.accepted).toBe(true);
    expect(failedIn(tenYears)).toEqual(['lifetime']);
    const milliseconds = await inspect({ claims: { exp: NOON * 1000 } });
    expect(ruleIn(milliseconds, 'lifetime')?.detail).toContain('looks like milliseconds');
  });

  test('are shown with their dates, beside the clock', async () => {
    expect(ruleIn(await inspect(), 'exp')).toMatchObject({
      expected: `an integer in Unix seconds, later than now, ${NOON} (2026-01-31T12:00:00Z)`,
      actual: `${NOON + 900} (2026-01-31T12:15:00Z)`,
    });
  });
});
