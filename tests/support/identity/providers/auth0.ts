import { manyGroups, type ProviderAt } from '../provider.ts';

/** Auth0: access tokens for an API of the tenant in the profile "Auth0" (documentation, "Access Token Profiles"). */
export const auth0: ProviderAt = (now) => {
  const iss = 'https://example.eu.auth0.com/';
  const audience = 'https://layermint.example.com';
  const groups = 'https://layermint.example.com/groups';
  const ofUser = {
    iss,
    sub: 'auth0|65f0c1d2e3a4b5c6d7e8f901',
    aud: [audience, 'https://example.eu.auth0.com/userinfo'],
    iat: now - 60,
    exp: now + 86_340,
    scope: 'openid profile email',
    azp: 'KyRnW1q2X3c4V5b6N7m8A9s0D1f2G3h4',
  };
  const machine = {
    iss,
    sub: 'Zp9Qw8Er7Ty6Ui5Op4As3Df2Gh1Jk0Lm@clients',
    aud: audience,
    iat: now - 60,
    exp: now + 86_340,
    scope: 'layermint/grants',
    gty: 'client-credentials',
    azp: 'Zp9Qw8Er7Ty6Ui5Op4As3Df2Gh1Jk0Lm',
  };
  return {
    heading: 'Auth0',
    algorithm: 'RS256',
    header: { typ: 'JWT' },
    user: ofUser,
    userId: ofUser.sub,
    member: { ...ofUser, [groups]: ['editors', 'Legal & Finance'] },
    group: 'Legal & Finance',
    overflowing: { ...ofUser, [groups]: manyGroups(501, 'g#') },
    overflow: '403 too-many-groups',
    backend: machine,
    traps: [
      {
        name: 'refuses the opaque token of an app that asked for no audience',
        token: 'wv2dYHJ8Ql4mLr0sXk3uTn9bGf5cAe7z',
        status: 401,
        reason: 'invalid_token',
      },
      {
        name: 'refuses the encrypted token of five parts of an app that asked for no audience',
        token: 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..c29tZSBub25jZQ.Y2lwaGVydGV4dA.dGhlIHRhZw',
        status: 401,
        reason: 'invalid_token',
      },
      {
        name: 'refuses every token if issuer lacks the slash at its end',
        token: { claims: ofUser },
        parameters: { issuer: iss.slice(0, -1) },
        status: 401,
        reason: 'valid issuer',
      },
      {
        name: 'refuses the token of an app that signs in under a custom domain',
        token: { claims: { ...ofUser, iss: 'https://login.example.com/' } },
        status: 401,
        reason: 'valid issuer',
      },
    ],
  };
};
