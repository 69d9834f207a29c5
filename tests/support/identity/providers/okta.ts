import { manyGroups, type ProviderAt } from '../provider.ts';

/** Okta: access tokens of a custom authorization server (API reference, "Access Token"). `sub` is remapped as the page says. */
export const okta: ProviderAt = (now) => {
  const iss = 'https://example.okta.com/oauth2/default';
  const ofAny = { ver: 1, iss, aud: 'api://default', iat: now - 60, exp: now + 3540 };
  const ofUser = {
    ...ofAny,
    jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    cid: '0oa1b2c3d4E5F6g7h8i9',
    uid: '00u1a2b3c4D5E6f7g8h9',
    scp: ['openid', 'profile', 'email'],
    auth_time: now - 120,
    sub: '00u1a2b3c4D5E6f7g8h9',
  };
  const service = {
    ...ofAny,
    jti: 'AT.9cU2Wy7mQGq3kRt5LbVx1nZpAoHs8JdEfKi4Mw6Y0Tg',
    cid: '0oa9z8y7x6W5V4u3t2s1',
    scp: ['layermint/grants'],
    sub: '0oa9z8y7x6W5V4u3t2s1',
  };
  return {
    heading: 'Okta',
    algorithm: 'RS256',
    header: {},
    user: ofUser,
    userId: ofUser.sub,
    member: { ...ofUser, groups: ['Everyone', 'Editors'] },
    group: 'Editors',
    overflowing: { ...ofUser, groups: manyGroups(501, 'g#') },
    overflow: '403 too-many-groups',
    backend: service,
    traps: [
      {
        name: 'refuses a backend if userIdClaim is uid, which only the tokens of users have',
        token: { claims: service },
        parameters: { userIdClaim: 'uid' },
        status: 403,
        reason: 'caller-not-identified',
      },
      {
        name: 'refuses a token of the org authorization server',
        token: { claims: { ...ofUser, iss: 'https://example.okta.com', aud: 'https://example.okta.com' } },
        status: 401,
        reason: 'valid issuer',
      },
    ],
  };
};
