import { describe, expect, test } from '@jest/globals';
import { callerFrom, callerOf, type Caller } from '../../../../lib/http/authentication/caller.ts';
import type { ApiEvent } from '../../../../lib/http/routes/route.ts';
import { tokenDigest } from '../../../../lib/issuers/index.ts';
import { createLogger } from '../../../../lib/runtime/log.ts';
import { callerRulesOf, ofCallers } from '../../../../lib/wiring/parts/callers.ts';
import { parseEnvironment } from '../../../../lib/runtime/environment.ts';
import * as z from 'zod/mini';
import { apiEvent, callerToken } from '../../../support/http/events.ts';
import { NOON } from '../../../support/runtime/clock.ts';

const ISSUERS = [
  { name: 'own', issuer: 'https://own.example.com', audience: 'app', userIdPrefix: '' },
  {
    name: 'entra',
    issuer: 'https://entra.example.com',
    audience: 'app',
    userIdPrefix: 'entra/',
    userIdClaim: 'oid',
    groupsClaim: '/realm/roles',
    nameClaim: 'display',
    scopesClaim: [],
  },
];

const callers = callerRulesOf(
  parseEnvironment(z.object(ofCallers), {
    USER_ID_CLAIM: 'sub',
    GROUPS_CLAIM: 'groups',
    NAME_CLAIM: 'name',
    SCOPES_CLAIM: '["scope"]',
    BACKENDS: '{"entra/worker": ["layermint/grants"], "worker": ["layermint/revocations"]}',
    ISSUERS: JSON.stringify(ISSUERS),
  }),
);

const EXP = NOON + 60;

/** Reads the caller of a token that the authorizer verified for an issuer. */
function callerBy(name: string, claims: Readonly<Record<string, unknown>>): Caller {
  const issuer = ISSUERS.find((it) => it.name === name)?.issuer;
  const all = { iss: issuer, exp: EXP, ...claims };
  const event = apiEvent({ claims: all });
  const lambda = { issuer: name, tokenDigest: tokenDigest(callerToken(all)) };
  const withContext = { ...event, requestContext: { ...event.requestContext, authorizer: { lambda } } };
  return callerOf(withContext, { callers, log: createLogger('error', () => undefined) });
}

describe('a caller of one of several issuers', () => {
  test('is read by the rules of its issuer, with the prefix on its user id and its groups', () => {
    const claims = { oid: 'alice', sub: 'other', realm: { roles: ['admins', 'team a'] }, display: 'Alice' };
    expect(callerBy('entra', claims).subject).toEqual({
      userId: 'entra/alice',
      groups: ['entra/admins', 'entra/team a'],
      name: 'Alice',
    });
    expect(callerBy('own', { sub: 'alice', groups: ['admins'], name: 'A' }).subject).toEqual({
      userId: 'alice',
      groups: ['admins'],
      name: 'A',
    });
  });

  test("gets the scopes of the stage's backends by its user id with the prefix", () => {
    expect([...callerBy('entra', { oid: 'worker' }).scopes]).toEqual(['layermint/grants']);
    expect([...callerBy('own', { sub: 'worker' }).scopes]).toEqual(['layermint/revocations']);
  });

  test('gets no scope from the token of an issuer that may give none', () => {
    expect([...callerBy('entra', { oid: 'alice', scope: 'layermint/grants' }).scopes]).toEqual([]);
    expect([...callerBy('own', { sub: 'alice', scope: 'layermint/grants' }).scopes]).toEqual([
      'layermint/grants',
    ]);
  });

  test("cannot take a user id or a group of another issuer's", () => {
    expect(() => callerBy('own', { sub: 'entra/alice' })).toThrow(
      /must not begin with the prefix of another issuer/,
    );
    expect(callerBy('own', { sub: 'mallory', groups: ['entra/admins', 'admins'] }).subject.groups).toEqual([
      'admins',
    ]);
  });

  test('has a user id of its own even without a name, or one that is too long with the prefix', () => {
    expect(() => callerBy('entra', { oid: '' })).toThrow(/must be the user id/);
    expect(() => callerBy('entra', {})).toThrow(/has no claim "oid"/);
    expect(callerBy('entra', { oid: 'x'.repeat(506) }).subject.userId).toHaveLength(512);
    expect(() => callerBy('entra', { oid: 'x'.repeat(507) })).toThrow(/at most 512 bytes with its own/);
    expect(callerBy('entra', { oid: 'a', realm: { roles: ['', 'x'.repeat(507)] } }).subject.groups).toEqual(
      [],
    );
  });
});

test("the context of API Gateway's own authorizer does not count in a stage with several issuers", () => {
  const event = apiEvent({ claims: { iss: 'https://own.example.com', sub: 'alice', exp: EXP } });
  const log = createLogger('error', () => undefined);
  expect(() => callerOf(event, { callers, log })).toThrow('did not come through the authorizer');
});

test('the context of a Lambda authorizer does not count in a stage with one issuer', () => {
  const claims = { iss: 'https://own.example.com', sub: 'alice', exp: EXP };
  const event = apiEvent({ claims });
  const lambda = { issuer: 'own', tokenDigest: tokenDigest(callerToken(claims)) };
  const { issuers: _issuers, ...one } = callers;
  const withContext = { ...event, requestContext: { ...event.requestContext, authorizer: { lambda } } };
  const log = createLogger('error', () => undefined);
  expect(() => callerOf(withContext as ApiEvent, { callers: one, log })).toThrow(
    'did not come through the authorizer',
  );
});

test('of one issuer, the names stay as the token has them', () => {
  const { claims, backends } = callers;
  expect(callerFrom({ sub: 'entra/alice', groups: ['entra/x'] }, { claims, backends }).subject).toEqual({
    userId: 'entra/alice',
    groups: ['entra/x'],
  });
});
