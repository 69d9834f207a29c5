import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { callerFrom } from '../../../../lib/http/authentication/caller.ts';
import type { CallerRules } from '../../../../lib/identity/index.ts';
import { EnvironmentError, parseEnvironment, type Variables } from '../../../../lib/runtime/environment.ts';
import { callerRulesOf, ofCallers } from '../../../../lib/wiring/parts/callers.ts';

const VARIABLES = {
  USER_ID_CLAIM: 'sub',
  GROUPS_CLAIM: '/realm_access/roles',
  NAME_CLAIM: 'name',
  SCOPES_CLAIM: '["scope","/app/roles"]',
};

const rulesOf = (variables: Variables): CallerRules =>
  callerRulesOf(parseEnvironment(z.object(ofCallers), { ...VARIABLES, ...variables }));

describe('the rules of a stage for its callers', () => {
  test('come from the variables', () => {
    expect(rulesOf({ GROUPS_SEPARATOR: ' ', BACKENDS: '{"worker":["layermint/grants"]}' })).toEqual({
      claims: {
        userId: 'sub',
        groups: '/realm_access/roles',
        groupsSeparator: ' ',
        name: 'name',
        scopes: ['scope', '/app/roles'],
      },
      backends: new Map([['worker', ['layermint/grants']]]),
    });
  });

  test('have no separator and no backends unless the stage sets them', () => {
    const { claims, backends } = rulesOf({ GROUPS_SEPARATOR: '' });
    expect([Object.hasOwn(claims, 'groupsSeparator'), backends.size]).toEqual([false, 0]);
  });

  test('give no scopes to the members that every object inherits', () => {
    const { backends } = rulesOf({ BACKENDS: '{"__proto__":["layermint/grants"]}' });
    for (const userId of ['__proto__', 'constructor', '0', 'length'])
      expect(backends.get(userId)).toBeUndefined();
  });

  test('An attacker who requests a scope from an issuer that grants it gets nothing from a stage that reads no scopes', () => {
    const rules = rulesOf({ SCOPES_CLAIM: '[]' });
    expect(callerFrom({ sub: 'eve', scope: 'layermint/grants' }, rules).scopes).toEqual(new Set());
  });

  test.each<[Variables, string]>([
    [{ USER_ID_CLAIM: '/a~2b' }, 'USER_ID_CLAIM: must be a JSON Pointer'],
    [{ SCOPES_CLAIM: '["scope","/"]' }, 'SCOPES_CLAIM.1: must be a JSON Pointer without an empty part'],
    [{ SCOPES_CLAIM: 'scope' }, 'SCOPES_CLAIM: must be a list of names of claims'],
    [{ BACKENDS: '{"worker":"layermint/grants"}' }, 'BACKENDS.worker: must be a list of scopes'],
  ])('are refused by name: %j', (variables, fault) => {
    expect(() => rulesOf(variables)).toThrow(EnvironmentError);
    expect(() => rulesOf(variables)).toThrow(fault);
  });
});
