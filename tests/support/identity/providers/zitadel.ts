import { manyGroups, type ProviderAt } from '../provider.ts';

const PROJECT = '223281986649719041';

/** ZITADEL: access tokens of the type JWT (documentation, "Claims" and "Retrieve User Roles"). */
export const zitadel: ProviderAt = (now) => {
  const roles = `urn:zitadel:iam:org:project:${PROJECT}:roles`;
  const ofAny = {
    iss: 'https://example-ab1cd2.zitadel.cloud',
    exp: now + 43_140,
    iat: now - 60,
    nbf: now - 60,
  };
  const ofUser = {
    ...ofAny,
    sub: '223427827918176513',
    aud: ['223282986649719042', PROJECT],
    azp: '223282986649719042',
    jti: 'V2_223428842084106497-at_223428842084106498',
  };
  const service = {
    ...ofAny,
    sub: '334567890123456789',
    aud: [PROJECT],
    jti: 'V2_334568842084106497-at_334568842084106498',
  };
  const within = { '223281939119866113': 'example.zitadel.cloud' };
  return {
    heading: 'ZITADEL',
    algorithm: 'RS256',
    header: { typ: 'JWT' },
    user: ofUser,
    userId: ofUser.sub,
    member: { ...ofUser, [roles]: { editor: within, 'corporate member': within } },
    group: 'corporate member',
    overflowing: {
      ...ofUser,
      [roles]: Object.fromEntries(manyGroups(200, 'role #').map((name) => [name, within])),
    },
    overflow: '431',
    backend: service,
    traps: [
      {
        name: 'refuses the opaque token of an app whose token type is not JWT',
        token: 'MtjHodGy4zxKylDOhg6kW90WeEQs2q1nRbVf3cXz8aLp',
        status: 401,
        reason: 'invalid_token',
      },
      {
        name: 'refuses a token of another project that did not ask for the audience',
        token: { claims: { ...ofUser, aud: ['223282986649719042', '223282986649719000'] } },
        status: 401,
        reason: 'valid audience',
      },
    ],
  };
};
