import { manyGroups, type ProviderAt } from '../provider.ts';

/** Any OIDC provider: access tokens as RFC 9068 section 2.2 describes them, with the groups in a claim of its own. */
export const anyOidc: ProviderAt = (now) => {
  const ofAny = {
    iss: 'https://id.example.com',
    aud: 'https://layermint.example.com',
    exp: now + 3540,
    iat: now - 60,
  };
  const ofUser = {
    ...ofAny,
    sub: '5ba552d67',
    client_id: 's6BhdRkqt3',
    jti: 'dbe39bf3a3ba4238a513f51d6e1691c4',
    scope: 'openid profile',
    auth_time: now - 120,
  };
  const within = (groups: readonly string[]) => ({ ext: { groups: groups.join(',') } });
  return {
    heading: 'Any OIDC provider',
    algorithm: 'RS256',
    header: { typ: 'at+jwt' },
    user: ofUser,
    userId: ofUser.sub,
    member: { ...ofUser, ...within(['editors', 'legal & finance']) },
    group: 'legal & finance',
    overflowing: { ...ofUser, ...within(manyGroups(501, 'g#')) },
    overflow: '403 too-many-groups',
    backend: {
      ...ofAny,
      sub: 'backend',
      client_id: 'backend',
      jti: '7f3a1c9be0d24f5b8a6c',
      scope: 'layermint/grants',
    },
    traps: [
      {
        name: 'refuses an algorithm that API Gateway does not verify',
        token: { claims: ofUser, algorithm: 'ES256' },
        status: 401,
        reason: 'invalid_token',
      },
    ],
  };
};
