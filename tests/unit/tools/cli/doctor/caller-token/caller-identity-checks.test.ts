import { describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { checkIdentity } from '../../../../../../tools/cli/doctor/caller-token/caller-identity-checks.ts';
import { callerSettingsOf } from '../../../../../../tools/cli/doctor/discovery/checked-issuer.ts';
import type { Finding } from '../../../../../../tools/cli/doctor/finding.ts';
import { findingOf, made, stageOf } from '../../../../../support/cli/doctor-stage.ts';

const ISSUER = 'https://identity.example';
const USER = 'names its user';
const GROUPS = 'names the groups';
const SCOPES = 'gives scopes';

async function checked(
  claims: JWTPayload,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<readonly Finding[]> {
  const payload: JWTPayload = { iss: ISSUER, sub: 'alice', ...claims };
  const settings = callerSettingsOf(
    stageOf({ parameters: { issuer: ISSUER, audience: 'a', ...parameters } }),
  );
  const issuer = settings?.issuers.at(-1);
  if (settings === undefined || issuer === undefined) throw new Error('The parameters are not valid');
  return (await made(checkIdentity(payload, issuer, settings.backends))).findings;
}

describe('the caller that a token names', () => {
  test('has the user id, the groups and the scopes of the claims of the stage', async () => {
    const claims = { oid: 'u-1', teams: ['a', 'b c'], scope: 'openid layermint/grants' };
    const findings = await checked(claims, { userIdClaim: 'oid', groupsClaim: 'teams' });
    expect(findings).toEqual([
      expect.objectContaining({ outcome: 'ok', detail: '"oid" gives "u-1"; "sub" would give "alice"' }),
      expect.objectContaining({ outcome: 'ok', detail: '"teams" gives "a", "b c"' }),
      expect.objectContaining({ outcome: 'ok', detail: expect.stringContaining('layermint/grants') }),
    ]);
  });

  test('is missing if the claim is, and the claims that could be meant are named', async () => {
    const findings = await checked({ oid: 'u-1', email: 'alice@example.com' }, { userIdClaim: 'uid' });
    expect(findingOf(findings, USER)).toMatchObject({
      outcome: 'failed',
      detail:
        'The caller token has no claim "uid", which must hold the user id; "sub" would give "alice"; "oid" would give "u-1"; "email" would give "alice@example.com"',
    });
    expect(findingOf(findings, GROUPS).outcome).toBe('ok');
  });

  test.each(['email', 'preferred_username', 'upn'])(
    'can be impersonated if %s is the user id',
    async (claim) => {
      expect(findingOf(await checked({ [claim]: 'a@b.example' }, { userIdClaim: claim }), USER).outcome).toBe(
        'warning',
      );
    },
  );

  test.each<[string, JWTPayload, string]>([
    ['groups', { groups: ['a', 'b'] }, '"groups" would give "a", "b"'],
    ['roles', { roles: ['admin'] }, '"roles" would give "admin"'],
    [
      'a claim of Auth0',
      { 'https://app.example/roles': ['x'] },
      '"https://app.example/roles" would give "x"',
    ],
    ['nested roles of Keycloak', { realm_access: { roles: ['y'] } }, '"/realm_access/roles" would give "y"'],
    [
      'the roles of one client of Keycloak',
      { resource_access: { 'my/app': { roles: ['z'] } } },
      '"/resource_access/my~1app/roles" would give "z"',
    ],
    [
      'the keys of an object, as ZITADEL writes them',
      { 'urn:zitadel:iam:org:project:roles': { admin: { '1': 'example.com' } } },
      '"urn:zitadel:iam:org:project:roles" would give "admin"',
    ],
    ['a JSON list in a string', { groups: '["a","b"]' }, '"groups" would give "a", "b"'],
  ])('may have its groups in %s, if the claim of the stage is missing', async (_which, claims, detail) => {
    expect(findingOf(await checked(claims), GROUPS)).toMatchObject({
      outcome: 'warning',
      detail: expect.stringContaining(detail),
    });
  });

  test('has no groups if nothing looks like them', async () => {
    expect(findingOf(await checked({}), GROUPS)).toMatchObject({
      outcome: 'ok',
      detail: expect.stringContaining('only grants to the user and to everyone count'),
    });
  });

  test.each<[string, JWTPayload]>([
    ['_claim_names', { _claim_names: { groups: 'src1' } }],
    ['hasgroups', { hasgroups: true }],
  ])('has lost its groups for their number, as %s shows', async (_which, claims) => {
    expect(findingOf(await checked(claims, { groupsClaim: 'groups' }), GROUPS)).toMatchObject({
      outcome: 'warning',
      detail: expect.stringContaining('the issuer left them out'),
    });
  });

  test('has no groups if their claim is of another shape', async () => {
    const findings = await checked({ groups: [1, 2] }, { groupsClaim: 'groups' });
    expect(findingOf(findings, GROUPS)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('the claim "groups" has a shape that cannot be read'),
    });
    expect(findingOf(findings, USER).outcome).toBe('ok');
    expect(findingOf(findings, SCOPES).outcome).toBe('ok');
  });

  test('shows the first of many groups', async () => {
    const groups = Array.from({ length: 12 }, (_, at) => `g${at}`);
    expect(findingOf(await checked({ groups }, { groupsClaim: 'groups' }), GROUPS).detail).toBe(
      '"groups" gives "g0", "g1", "g2", "g3", "g4" and 7 more',
    );
  });

  test.each(['api://app/layermint/grants', 'layermint.grants', 'layermint/grant'])(
    'has no scope by a name that only resembles one: %s',
    async (scope) => {
      expect(findingOf(await checked({ scope }), SCOPES)).toMatchObject({ outcome: 'warning' });
    },
  );

  test('has the groups of a nested claim by a JSON Pointer, split by the separator', async () => {
    const claims = { app_metadata: { teams: 'a, b' } };
    const parameters = { groupsClaim: '/app_metadata/teams', groupsSeparator: ',' };
    expect(findingOf(await checked(claims, parameters), GROUPS)).toMatchObject({
      outcome: 'ok',
      detail: '"/app_metadata/teams" gives "a", "b"',
    });
  });

  test('has the scopes of the claims that the stage reads', async () => {
    const findings = await checked({ roles: ['layermint/grants'] }, { scopesClaim: ['roles'] });
    expect(findingOf(findings, SCOPES).detail).toContain('layermint/grants');
  });

  test('has scopes in a claim that the stage does not read, such as "permissions" of Auth0', async () => {
    expect(findingOf(await checked({ permissions: ['layermint/grants'] }), SCOPES)).toMatchObject({
      outcome: 'warning',
      detail: expect.stringContaining('"permissions" holds some'),
      cure: expect.stringContaining('add the claim to "scopesClaim"'),
    });
  });

  test('has the scopes of "backends" if it names the caller', async () => {
    const parameters = { backends: { alice: ['layermint/grants'] } };
    expect(findingOf(await checked({}, parameters), SCOPES).detail).toContain(
      'layermint/grants by "backends"',
    );
    expect(findingOf(await checked({ sub: 'bob' }, parameters), SCOPES).detail).toContain('none');
  });
});

describe('the caller that a token of one of several issuers names', () => {
  const ofTwo = (details: Readonly<Record<string, unknown>> = {}) => ({
    issuer: undefined,
    audience: undefined,
    issuers: [
      { name: 'one', issuer: 'https://one.example', audience: 'a', userIdPrefix: 'one/' },
      { name: 'two', issuer: ISSUER, audience: 'a', userIdPrefix: 'two/', groupsClaim: 'roles', ...details },
    ],
  });

  test('has the prefix of its issuer before the user id and the groups', async () => {
    const findings = await checked({ roles: ['admins'] }, ofTwo());
    expect(findingOf(findings, USER).detail).toBe('"sub" gives "two/alice"');
    expect(findingOf(findings, GROUPS).detail).toBe('"roles" gives "two/admins"');
  });

  test('has the scopes of "backends" under the user id with the prefix alone', async () => {
    const withBackends = (userId: string) => ({ ...ofTwo(), backends: { [userId]: ['layermint/grants'] } });
    expect(findingOf(await checked({}, withBackends('two/alice')), SCOPES).detail).toContain('by "backends"');
    expect(findingOf(await checked({}, withBackends('alice')), SCOPES).detail).toContain('none');
  });

  test('cannot take a name that begins with the prefix of another issuer', async () => {
    const findings = await checked({ sub: 'one/bob' }, ofTwo({ userIdPrefix: '' }));
    expect(findingOf(findings, USER)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('must not begin with the prefix of another issuer'),
      cure: expect.stringContaining('"userIdClaim" of "two" in "issuers"'),
    });
  });
});
