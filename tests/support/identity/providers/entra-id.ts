import { manyGroups, type ProviderAt } from '../provider.ts';

const TENANT = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const API = '8a6e0804-2bd0-4672-b79d-d97027f9071a';
const GRAPH = 'https://graph.windows.net';

/** Entra ID: access tokens of version 2.0 for an API of the tenant (Microsoft, "Access token claims reference"). */
export const entraId: ProviderAt = (now) => {
  const iss = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  const ofAny = { aud: API, iss, iat: now - 60, nbf: now - 60, exp: now + 4200, tid: TENANT, ver: '2.0' };
  const ofUser = {
    ...ofAny,
    aio: 'AXQAi/8IAAAAtAaZLo3ChMif6KOnttRB7eBq4/DccQzjcJGxPXYy/C3jDaNGxXd6',
    azp: '1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f',
    azpacr: '0',
    name: 'Alice Example',
    oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
    preferred_username: 'alice@example.com',
    rh: '0.AXoA4AQlP4lP00GaDAMF6CwzAQQIbor',
    scp: 'access_as_user',
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    uti: 'fqiBqXLPj0eQa82S-IYFAA',
  };
  const service = {
    ...ofAny,
    aio: 'E2ZgYBBUvHV3w5ZXm6Yd8Qw4c3uEAA==',
    azp: 'b7e1c9a4-6d2f-4c3b-9a81-5e0f7d6c2b13',
    azpacr: '1',
    oid: '0f7b9b58-3a0e-4a0e-8b0f-6a2d8a5f7c11',
    rh: '0.AXoA4AQlP4lP00GaDAMF6CwzAQQIbor',
    roles: ['layermint/grants', 'layermint/revocations'],
    sub: '0f7b9b58-3a0e-4a0e-8b0f-6a2d8a5f7c11',
    uti: 'QpGv1ZzZ3kqR3o8K8kYhAA',
  };
  const group = 'a3f1e2d4-9c8b-4a7d-b6e5-f4c3d2b1a090';
  return {
    heading: 'Entra ID',
    algorithm: 'RS256',
    header: { typ: 'JWT' },
    user: ofUser,
    userId: ofUser.oid,
    member: { ...ofUser, groups: ['5d0c3b2a-1f9e-4d8c-b7a6-0123456789ab', group] },
    group,
    overflowing: {
      ...ofUser,
      _claim_names: { groups: 'src1' },
      _claim_sources: {
        src1: { endpoint: `${GRAPH}/${TENANT}/users/${ofUser.oid}/getMemberObjects` },
      },
    },
    overflow: '403 groups-not-in-token',
    backend: service,
    traps: [
      {
        name: 'refuses a token of version 1.0',
        token: {
          header: { x5t: 'i6lGk3FZzxRcUb2C3nEQ7syHJlY' },
          claims: {
            aud: `api://${API}`,
            iss: `https://sts.windows.net/${TENANT}/`,
            iat: now - 60,
            nbf: now - 60,
            exp: now + 4200,
            acr: '1',
            amr: ['pwd'],
            appid: ofUser.azp,
            appidacr: '0',
            oid: ofUser.oid,
            scp: ofUser.scp,
            sub: ofUser.sub,
            tid: TENANT,
            unique_name: 'alice@example.com',
            ver: '1.0',
          },
        },
        status: 401,
        reason: 'valid issuer',
      },
      {
        name: 'refuses a token of version 2.0 if audience is the Application ID URI',
        token: { claims: ofUser },
        parameters: { audience: `api://${API}` },
        status: 401,
        reason: 'valid audience',
      },
      {
        name: 'says groups-not-in-token for a user of the implicit flow in more than 5 groups',
        token: { claims: { ...ofUser, hasgroups: true } },
        status: 403,
        reason: 'groups-not-in-token',
      },
      {
        name: 'answers 431 to a user in 200 groups, whose token is longer than API Gateway takes',
        token: { claims: { ...ofUser, groups: manyGroups(200, 'a3f1e2d4-9c8b-4a7d-b6e5-f4c3d2b1#') } },
        status: 431,
        reason: '',
      },
      {
        name: 'gives no scope for a delegated permission of a user, which is in scp',
        token: { claims: { ...ofUser, scp: 'layermint/grants' } },
        sets: true,
        status: 403,
        reason: 'not-granted',
      },
    ],
  };
};
