import { expect, test } from '@jest/globals';
import { verifiedByIssuer } from '../../../../lib/http/authentication/lambda-authorizer.ts';
import type { ApiEvent } from '../../../../lib/http/routes/route.ts';
import type { IssuerRules } from '../../../../lib/identity/index.ts';
import { tokenDigest } from '../../../../lib/issuers/index.ts';
import { apiEvent, callerToken } from '../../../support/http/events.ts';
import { COGNITO_CALLERS } from '../../../support/identity/cognito-callers.ts';
import { NOON } from '../../../support/runtime/clock.ts';

const ISSUER = 'https://one.example.com';
const CLAIMS = { iss: ISSUER, sub: 'alice', exp: NOON + 60 };

const RULES: IssuerRules = {
  issuer: ISSUER,
  claims: COGNITO_CALLERS.claims,
  names: { prefix: '', foreignPrefixes: [] },
};
const ISSUERS = new Map([['one', RULES]]);

/** A request with a token, and with the context that the Lambda authorizer gave for it. */
function request(
  claims: Readonly<Record<string, unknown>>,
  context: unknown = { issuer: 'one', tokenDigest: tokenDigest(callerToken(claims)) },
  headers: Readonly<Record<string, string>> = {},
): ApiEvent {
  const event = apiEvent({ claims, verified: {}, headers });
  return {
    ...event,
    requestContext: { ...event.requestContext, authorizer: { lambda: context } },
  } as ApiEvent;
}

const verified = (event: ApiEvent) => verifiedByIssuer(event, ISSUERS);

test('the claims of the verified token are returned as they are, with the rules of its issuer', () => {
  const claims = { ...CLAIMS, roles: { a: ['b c'] }, name: 'Алиса' };
  expect(verified(request(claims))).toEqual({ claims, issuer: RULES });
});

test('a bearer token that is not the verified one is refused', () => {
  const context = { issuer: 'one', tokenDigest: tokenDigest(callerToken({ ...CLAIMS, sub: 'mallory' })) };
  expect(() => verified(request(CLAIMS, context))).toThrow('The bearer token differs from the verified one.');
  const doubled = `Bearer ${callerToken(CLAIMS)},${callerToken(CLAIMS)}`;
  expect(() => verified(request(CLAIMS, undefined, { authorization: doubled }))).toThrow(
    'exactly one bearer token',
  );
});

test('an answer of the authorizer that API Gateway has kept does not outlive the token', () => {
  expect(verified(request({ ...CLAIMS, exp: NOON - 29 })).claims).toMatchObject({ sub: 'alice' });
  for (const exp of [NOON - 30, NOON - 3600, undefined, String(NOON + 60), null]) {
    expect(() => verified(request({ ...CLAIMS, exp }))).toThrow('The bearer token has expired.');
  }
});

test('an answer that was kept across a deployment does not count for an issuer that has gone, or has got its name', () => {
  const gone = /no longer accepts tokens of the bearer token's issuer/;
  expect(() => verifiedByIssuer(request(CLAIMS), new Map())).toThrow(gone);
  const renamed = new Map([['one', { ...RULES, issuer: 'https://other.example.com' }]]);
  expect(() => verifiedByIssuer(request(CLAIMS), renamed)).toThrow(gone);
});

test('a request without the context of the Lambda authorizer is refused, whatever its headers say', () => {
  const digest = tokenDigest(callerToken(CLAIMS));
  for (const context of [
    undefined,
    null,
    {},
    { issuer: 'one' },
    { tokenDigest: digest },
    { issuer: 1, tokenDigest: digest },
  ])
    expect(() => verified(request(CLAIMS, context ?? null))).toThrow('did not come through the authorizer');
  // The context of API Gateway's own authorizer, and one that the client wrote.
  const headers = { 'x-amzn-authorizer': JSON.stringify({ issuer: 'one', tokenDigest: digest }) };
  expect(() => verified(apiEvent({ claims: CLAIMS, headers }))).toThrow(
    'did not come through the authorizer',
  );
});
