import { manyGroups, type ProviderAt } from '../provider.ts';

/** Supabase Auth: access tokens (documentation, "JWT Claims Reference"), signed with an elliptic-curve key. */
export const supabase: ProviderAt = (now) => {
  const iss = 'https://abcdefghijklmnopqrst.supabase.co/auth/v1';
  const ofUser = {
    aal: 'aal1',
    amr: [{ method: 'password', timestamp: now - 60 }],
    app_metadata: { provider: 'email', providers: ['email'] },
    aud: 'authenticated',
    email: 'alice@example.com',
    exp: now + 3540,
    iat: now - 60,
    iss,
    phone: '',
    role: 'authenticated',
    session_id: '123e4567-e89b-42d3-a456-426614174000',
    sub: '8f14e45f-ceea-467f-9b1d-4c2a7e6d5b30',
    user_metadata: { name: 'Alice Example' },
    is_anonymous: false,
  };
  const inGroups = (groups: readonly string[]) => ({
    ...ofUser,
    app_metadata: { ...ofUser.app_metadata, groups },
  });
  return {
    heading: 'Supabase',
    algorithm: 'ES256',
    header: { typ: 'JWT' },
    user: ofUser,
    userId: ofUser.sub,
    member: inGroups(['editors', 'legal']),
    group: 'editors',
    overflowing: inGroups(manyGroups(501, 'g#')),
    overflow: '403 too-many-groups',
    backend: {
      ...ofUser,
      email: 'layermint-backend@example.com',
      session_id: '223e4567-e89b-42d3-a456-426614174001',
      sub: '3c59dc04-8a2b-4e1f-9d7c-6b5a4f3e2d1c',
      user_metadata: {},
    },
    traps: [
      {
        name: 'refuses the key service_role, which is no token of a user',
        token: {
          foreign: true,
          claims: {
            iss: 'supabase',
            ref: 'abcdefghijklmnopqrst',
            role: 'service_role',
            iat: now - 60,
            exp: now + 3540,
          },
        },
        status: 401,
        reason: 'unknown-issuer',
      },
      {
        name: 'gives no group for a list in user_metadata, which users can write',
        token: { claims: { ...ofUser, user_metadata: { groups: ['editors'] } } },
        status: 403,
        reason: 'not-granted',
      },
    ],
  };
};
