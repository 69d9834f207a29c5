import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkCallerToken } from '../../../../../../tools/cli/doctor/caller-token/caller-token-checks.ts';
import {
  checkIssuers,
  type KeysByIssuer,
} from '../../../../../../tools/cli/doctor/discovery/issuer-discovery.ts';
import type { Finding } from '../../../../../../tools/cli/doctor/finding.ts';
import { secondsOf, systemClock } from '../../../../../../lib/runtime/clock.ts';
import { DAY, HOUR } from '../../../../../../lib/runtime/time.ts';
import { findingOf, made, problemsIn, stageOf } from '../../../../../support/cli/doctor-stage.ts';
import {
  startTokenIssuer,
  type TokenIssuer,
  type TokenSpec,
} from '../../../../../support/identity/token-issuer.ts';

const KEY = 'names a key of the issuer';
const SIGNATURE = 'has a valid signature';
const ISSUER = 'is from the issuer';
const AUDIENCE = 'is for the audience';
const TIMES = 'is valid now';
const KIND = 'is an access token';

let issuer: TokenIssuer;
let foreign: TokenIssuer;
let keys: KeysByIssuer | undefined;

beforeAll(async () => {
  issuer = await startTokenIssuer('layermint', systemClock);
  await issuer.addKey('PS256');
  await issuer.addKey('ES256');
  foreign = await startTokenIssuer('layermint', systemClock);
  ({ result: keys } = await made(checkIssuers(stage())));
});

afterAll(async () => {
  await issuer.close();
  await foreign.close();
});

const stage = (parameters: Readonly<Record<string, unknown>> = {}) =>
  stageOf({ parameters: { issuer: issuer.url, audience: 'layermint', ...parameters } });

async function checkedText(
  token: string | undefined,
  parameters?: Readonly<Record<string, unknown>>,
  known: KeysByIssuer | undefined = keys,
): Promise<readonly Finding[]> {
  const { findings } = await made(checkCallerToken({ token, isDemo: false }, known, stage(parameters)));
  // The finding of each test must hold neither the token nor its signature.
  for (const part of token?.split('.') ?? [])
    if (part.length > 40) expect(JSON.stringify(findings)).not.toContain(part);
  return findings;
}

const checked = async (spec?: TokenSpec, parameters?: Readonly<Record<string, unknown>>) =>
  checkedText(await issuer.sign(spec), parameters);

const now = () => secondsOf(systemClock);

describe('a caller token of a stage with several issuers', () => {
  const AUTHORIZER = 'the authorizer of the stage accepts';
  const several = (details: Readonly<Record<string, unknown>> = {}) => ({
    issuer: undefined,
    audience: undefined,
    issuers: [
      {
        name: 'one',
        issuer: issuer.url,
        audience: 'layermint',
        algorithms: ['ES256'],
        userIdPrefix: '',
        ...details,
      },
      { name: 'two', issuer: 'https://two.example', audience: 'b', userIdPrefix: 'two/' },
    ],
  });
  const checkedBySeveral = (spec?: TokenSpec, details?: Readonly<Record<string, unknown>>) =>
    checked({ alg: 'ES256', ...spec }, several(details));

  test('is in order with an algorithm that API Gateway does not verify', async () => {
    const findings = await checkedBySeveral();
    expect(problemsIn(findings)).toEqual([]);
    expect(findingOf(findings, ISSUER).detail).toBe(`one, ${issuer.url}`);
    expect(findingOf(findings, AUTHORIZER).outcome).toBe('ok');
  });

  test('is refused with an algorithm that the issuer is not known for', async () => {
    const findings = await checkedBySeveral({ alg: 'RS256' });
    expect(findingOf(findings, KEY)).toMatchObject({
      outcome: 'failed',
      cure: 'The stage takes ES256 from it. If the issuer signs with another, set "algorithms" of "one" in "issuers".',
    });
    expect(findingOf(findings, AUTHORIZER).detail).toBe('it answers 401 (algorithm-not-allowed)');
  });

  test('of none of them is refused with their names', async () => {
    const findings = await checkedBySeveral({ claims: { iss: 'https://other.example' } });
    expect(findingOf(findings, ISSUER)).toMatchObject({
      outcome: 'failed',
      detail: `its "iss" is "https://other.example"; the issuers of the stage are one, ${issuer.url}; two, https://two.example`,
    });
    expect(findings.filter(({ check }) => check.includes('names its user'))).toEqual([]);
  });

  test('of one that differs in the slash is compared with that one', async () => {
    const findings = await checkedBySeveral({ claims: { iss: `${issuer.url}/` } });
    expect(findingOf(findings, ISSUER).cure).toBe(
      `Set "issuer" of "one" in "issuers" to ${issuer.url}/, letter for letter.`,
    );
    expect(findingOf(findings, AUTHORIZER).detail).toBe('it answers 401 (unknown-issuer)');
  });

  test('is for its "azp" if it has no other audience, as those of Clerk', async () => {
    const claims = { aud: undefined, azp: 'layermint' };
    expect(problemsIn(await checkedBySeveral({ claims }))).toEqual([]);
    // API Gateway does not look at it.
    expect(findingOf(await checked({ claims }), AUDIENCE).outcome).toBe('failed');
  });

  test('with a header that the authorizer refuses is named as such', async () => {
    const findings = await checkedBySeveral({ header: { typ: 'logout+jwt' } });
    expect(findingOf(findings, AUTHORIZER)).toMatchObject({
      outcome: 'failed',
      detail: 'it answers 401 (header-not-allowed)',
      cure: expect.stringContaining('A logout token is neither.'),
    });
  });

  test('is not shown to the authorizer if the keys cannot be read', async () => {
    const token = await issuer.sign({ alg: 'ES256' });
    const { findings } = await made(checkCallerToken({ token, isDemo: false }, new Map(), stage(several())));
    expect(findingOf(findings, AUTHORIZER).outcome).toBe('not checked');
  });
});

describe('a caller token', () => {
  test('of the issuer, for the audience, is in order', async () => {
    expect(problemsIn(await checked())).toEqual([]);
  });

  test('is not checked if there is none', async () => {
    expect(await checkedText(undefined)).toEqual([
      {
        check: 'the stage accepts a caller token',
        outcome: 'not checked',
        detail: 'no caller token was given',
        cure: expect.stringContaining('LAYERMINT_CALLER_TOKEN'),
      },
    ]);
  });

  test.each([
    ['opaque', 'abcdefghijklmnop', 'it has 1 of 3 parts', 'asks for an audience'],
    ['encrypted', 'eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d', 'it is encrypted (five parts)', 'without encrypting'],
    ['not JSON', 'abc.def.ghi', 'its parts are not JSON in base64url', 'asks for an audience'],
    ['with its scheme', 'Bearer eyJ.eyJ.x', 'it holds white space', 'without "Bearer" before it'],
  ])('that is %s is named as such', async (_kind, token, detail, cure) => {
    expect(await checkedText(token)).toEqual([
      expect.objectContaining({ outcome: 'failed', detail, cure: expect.stringContaining(cure) }),
    ]);
  });

  test.each(['PS256', 'ES256'])('signed with %s is refused, as API Gateway does', async (alg) => {
    const findings = await checked({ alg });
    expect(findingOf(findings, KEY)).toMatchObject({
      outcome: 'failed',
      detail: `its algorithm is "${alg}"`,
      cure: expect.stringContaining('use the parameter "issuers" in place of "issuer" and "audience"'),
    });
    expect(findingOf(findings, SIGNATURE).outcome).toBe('not checked');
  });

  test('without a signature algorithm is refused, although its claims are right', async () => {
    const [, payload = ''] = (await issuer.sign()).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    expect(findingOf(await checkedText(`${header}.${payload}.`), KEY).detail).toBe('its algorithm is "none"');
  });

  test.each([
    ['without a kid', undefined, 'its header has no "kid"'],
    ['with the kid of another issuer', 'other', 'no key of the issuer has its "kid", "other"'],
    ['with the kid of a key for another algorithm', 'ES256 key', 'the key "ES256 key" is of type EC'],
  ])('%s is refused', async (_which, kid, detail) => {
    expect(findingOf(await checked({ header: { kid } }), KEY)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining(detail),
    });
  });

  test('forged with the name of a real key is found by its signature', async () => {
    const findings = await checkedText(await foreign.sign({ claims: { iss: issuer.url } }));
    expect(problemsIn(findings)).toEqual([expect.objectContaining({ outcome: 'failed' })]);
    expect(findingOf(findings, SIGNATURE).outcome).toBe('failed');
  });

  test('is judged by its claims even if the keys of the issuer cannot be read', async () => {
    const { findings } = await made(
      checkCallerToken({ token: await issuer.sign(), isDemo: false }, undefined, stage()),
    );
    expect(findingOf(findings, KEY).outcome).toBe('not checked');
    expect(findingOf(findings, SIGNATURE).outcome).toBe('not checked');
    expect(findingOf(findings, ISSUER).outcome).toBe('ok');
  });

  test.each([
    ['another issuer', 'https://other.example', 'its "iss" is "https://other.example"', 'Get a token from'],
    ['no issuer', undefined, 'it has no "iss"', 'Get a token from'],
  ])('of %s is refused', async (_which, iss, detail, cure) => {
    expect(findingOf(await checked({ claims: { iss } }), ISSUER)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining(detail),
      cure: expect.stringContaining(cure),
    });
  });

  test('of version 1 of Entra is recognised', async () => {
    const tenant = '11111111-2222-3333-4444-555555555555';
    const token = { claims: { iss: `https://sts.windows.net/${tenant}/` } };
    const findings = await checked(token, { issuer: `https://login.microsoftonline.com/${tenant}/v2.0` });
    expect(findingOf(findings, ISSUER).cure).toContain('api.requestedAccessTokenVersion');
  });

  test.each([
    ['account', 'Add a mapper of the type Audience with "layermint"'],
    [['account', 'my-api'], 'Set "audience" to my-api if'],
  ])(
    'of Keycloak for %j never gets the cure to accept the tokens of every app of the realm',
    async (aud, cure) => {
      const findings = await checked({ claims: { aud } }, { issuer: `${issuer.url}/realms/example` });
      expect(findingOf(findings, AUDIENCE)).toMatchObject({
        outcome: 'failed',
        cure: expect.stringContaining(cure),
      });
    },
  );

  test('of the issuer with a slash more is refused, with the value to copy', async () => {
    expect(findingOf(await checked({ claims: { iss: `${issuer.url}/` } }), ISSUER)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('they differ in the slash at the end'),
      cure: `Set "issuer" to ${issuer.url}/, letter for letter.`,
    });
  });

  test.each<[string, object, unknown, string]>([
    ['one of its audiences', { aud: ['other', 'layermint'] }, 'layermint', 'aud layermint'],
    ['one of the audiences of the stage', { aud: 'b' }, ['a', 'b'], 'aud b'],
    ['its client_id if it has no aud', { aud: undefined, client_id: 'app' }, 'app', 'client_id app'],
  ])('is accepted by %s', async (_how, claims, audience, detail) => {
    expect(findingOf(await checked({ claims: { ...claims } }, { audience }), AUDIENCE)).toMatchObject({
      outcome: 'ok',
      detail,
    });
  });

  test.each<[string, object, string]>([
    ['another audience', { aud: 'other' }, 'Set "audience" to other if'],
    ['no audience', { aud: undefined }, 'Let the app ask for an audience'],
    [
      'another audience and the right client_id',
      { aud: 'other', client_id: 'layermint' },
      'only in a token without "aud"',
    ],
  ])('for %s is refused', async (_which, claims, cure) => {
    expect(findingOf(await checked({ claims: { ...claims } }), AUDIENCE)).toMatchObject({
      outcome: 'failed',
      cure: expect.stringContaining(cure),
    });
  });

  test.each<[string, () => object, RegExp]>([
    ['has expired', () => ({ exp: now() - 3 * HOUR }), /^it expired 3 hours ago$/],
    ['never expires', () => ({ exp: undefined }), /^it has no "exp"$/],
    ['is not valid yet', () => ({ nbf: now() + 3 * DAY }), /^it is not valid for another [23] days$/],
    ['is issued in the future', () => ({ iat: now() + 900 }), /^it is issued 1[45] minutes in the future$/],
  ])('that %s is refused', async (_how, claims, detail) => {
    expect(findingOf(await checked({ claims: { ...claims() } }), TIMES)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringMatching(detail),
    });
  });

  test.each([{ token_use: 'id' }, { nonce: 'n' }, { at_hash: 'h' }])(
    'with %j is an ID token',
    async (claims) => {
      expect(findingOf(await checked({ claims }), KIND)).toMatchObject({ outcome: 'warning' });
    },
  );

  test.each([{ claims: { token_use: 'access', nonce: 'n' } }, { header: { typ: 'at+jwt' } }])(
    'with %j is an access token',
    async (spec) => {
      expect(findingOf(await checked(spec), KIND)).toMatchObject({ outcome: 'ok' });
    },
  );

  test('that nearly fills the headers of a request is warned of', async () => {
    const claims = { groups: Array.from({ length: 400 }, (_, at) => `a group with a long name ${at}`) };
    expect(findingOf(await checked({ claims }), 'is a signed JWT').outcome).toBe('warning');
  });
});
