import { manyGroups, type ProviderAt } from '../provider.ts';

/** Amazon Cognito: access tokens of a user pool (developer guide, "Understanding the access token"). They have no `aud` and no `typ`. */
export const cognito: ProviderAt = (now) => {
  const iss = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';
  const ofUser = {
    sub: 'c1d2e3f4-0061-70cb-a9b2-3c4d5e6f7a8b',
    iss,
    version: 2,
    client_id: '4v2nk5bn0ab1c2d3e4f5g6h7i8',
    origin_jti: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
    token_use: 'access',
    scope: 'openid profile email',
    auth_time: now - 60,
    exp: now + 3600,
    iat: now - 60,
    jti: '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
    username: 'alice',
  };
  const machine = {
    sub: '7h8i9j0k1l2m3n4o5p6q7r8s9t',
    token_use: 'access',
    scope: 'layermint/grants layermint/revocations',
    auth_time: now - 60,
    iss,
    exp: now + 3600,
    iat: now - 60,
    version: 2,
    jti: '6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b',
    client_id: '7h8i9j0k1l2m3n4o5p6q7r8s9t',
  };
  return {
    heading: 'Cognito',
    algorithm: 'RS256',
    header: {},
    user: ofUser,
    userId: ofUser.sub,
    member: { ...ofUser, 'cognito:groups': ['editors', 'eu-central-1_AbCdEfGhI_Google'] },
    group: 'editors',
    overflowing: { ...ofUser, 'cognito:groups': manyGroups(501, 'g#') },
    overflow: '403 too-many-groups',
    backend: machine,
    traps: [
      {
        name: "refuses a backend whose client's id is not in audience",
        token: { claims: machine },
        parameters: { audience: ofUser.client_id },
        status: 401,
        reason: 'valid audience',
      },
      {
        name: 'gives no scope for a resource server of another name than layermint',
        token: { claims: { ...machine, scope: 'tokens/grants' } },
        sets: true,
        status: 403,
        reason: 'not-granted',
      },
    ],
  };
};
