import { manyGroups, type ProviderAt } from '../provider.ts';

/** Keycloak: access tokens of a realm with the mappers of the page. */
export const keycloak: ProviderAt = (now) => {
  const ofAny = {
    exp: now + 240,
    iat: now - 60,
    iss: 'https://id.example.com/realms/example',
    typ: 'Bearer',
    acr: '1',
    realm_access: { roles: ['default-roles-example', 'offline_access', 'uma_authorization'] },
    resource_access: { account: { roles: ['manage-account', 'manage-account-links', 'view-profile'] } },
    email_verified: true,
  };
  const ofUser = {
    ...ofAny,
    auth_time: now - 60,
    jti: 'onrtac:2f1c3d0e-7a5b-4e9c-8d1f-6b3a2c4d5e6f',
    aud: ['layermint', 'account'],
    sub: 'f4b6a0de-1c2d-4e3f-8a9b-0c1d2e3f4a5b',
    azp: 'app',
    sid: '7d5c1a2b-3e4f-4a5b-9c8d-1e2f3a4b5c6d',
    'allowed-origins': ['https://app.example.com'],
    scope: 'openid profile email',
    name: 'Alice Example',
    preferred_username: 'alice',
    given_name: 'Alice',
    family_name: 'Example',
    email: 'alice@example.com',
  };
  const service = {
    ...ofAny,
    jti: 'trrtcc:8c7b6a5d-4e3f-4d2c-9b1a-0f9e8d7c6b5a',
    aud: ['layermint', 'account'],
    sub: '0d9c8b7a-6f5e-4d3c-8b2a-1f0e9d8c7b6a',
    azp: 'backend',
    'allowed-origins': ['/*'],
    scope: 'profile layermint/grants email',
    clientHost: '203.0.113.7',
    preferred_username: 'service-account-backend',
    clientAddress: '203.0.113.7',
    client_id: 'backend',
  };
  return {
    heading: 'Keycloak',
    algorithm: 'RS256',
    header: { typ: 'JWT' },
    user: ofUser,
    userId: ofUser.sub,
    member: { ...ofUser, groups: ['/staff', '/team/a'] },
    group: '/team/a',
    overflowing: { ...ofUser, groups: manyGroups(501, '/g#') },
    overflow: '403 too-many-groups',
    backend: service,
    traps: [
      {
        name: 'refuses a token without the audience mapper, whose aud is account',
        token: { claims: { ...ofUser, aud: 'account' } },
        status: 401,
        reason: 'valid audience',
      },
      {
        name: 'gives no group for a token without the group mapper',
        token: { claims: ofUser },
        status: 403,
        reason: 'not-granted',
      },
    ],
  };
};
