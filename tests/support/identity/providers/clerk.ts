import { manyGroups, type ProviderAt } from '../provider.ts';

/** Clerk: custom JWTs of a JWT template (documentation, "JWT templates" and "Session tokens"). */
export const clerk: ProviderAt = (now) => {
  const ofAny = {
    aud: 'layermint',
    azp: 'https://app.example.com',
    exp: now + 290,
    iat: now - 10,
    iss: 'https://clerk.example.com',
    nbf: now - 15,
  };
  const ofUser = {
    ...ofAny,
    groups: null,
    jti: '10db7f531a90cb2faea4',
    sub: 'user_2kQ9xZ7vT5mR3nB1cP8dF6gH4jL',
  };
  return {
    heading: 'Clerk',
    algorithm: 'RS256',
    header: { typ: 'JWT' },
    user: ofUser,
    userId: ofUser.sub,
    member: { ...ofUser, groups: ['editors', 'legal'] },
    group: 'editors',
    overflowing: { ...ofUser, groups: manyGroups(501, 'g#') },
    overflow: '403 too-many-groups',
    backend: {
      ...ofAny,
      groups: null,
      jti: '5c2a9d417e60b83f1d4b',
      sub: 'user_2mW4yC6eU8oS1pA3rD5fG7hJ9kN',
    },
    traps: [
      {
        name: 'refuses a session token, which has no aud',
        token: {
          claims: {
            azp: ofAny.azp,
            exp: now + 50,
            fva: [7, -1],
            iat: now - 10,
            iss: ofAny.iss,
            jti: '2b8f0c6d9e1a4753',
            nbf: now - 20,
            sid: 'sess_2kR1wX8uY6nQ4mT2bV9cZ5aE3sD',
            sub: ofUser.sub,
            v: 2,
            fea: 'o:dashboard,o:impersonation',
            pla: 'u:free,o:pro',
            sts: 'active',
            o: { id: 'org_2jN5tM7rL9kP', slg: 'example', rol: 'admin', per: 'read,manage', fpm: '3,2' },
          },
        },
        status: 401,
        reason: 'valid audience',
      },
      {
        name: 'refuses an M2M token, which is opaque',
        token: 'mt_7Xy2Qz9Lk4Vb8Nm3Rt6Wc1Pd5Fg0Hj',
        status: 401,
        reason: 'invalid_token',
      },
    ],
  };
};
