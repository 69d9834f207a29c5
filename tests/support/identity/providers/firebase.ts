import { manyGroups, type ProviderAt } from '../provider.ts';

/** Firebase Authentication: ID tokens (documentation, "Verify ID tokens", and the Admin SDK's `DecodedIdToken`). */
export const firebase: ProviderAt = (now) => {
  const ofAny = {
    iss: 'https://securetoken.google.com/example-project',
    aud: 'example-project',
    auth_time: now - 60,
    iat: now - 60,
    exp: now + 3540,
  };
  const ofUser = {
    ...ofAny,
    name: 'Alice Example',
    user_id: 'kX3vQ8sZ1yT5wR7nB2mC4pL6dF9',
    sub: 'kX3vQ8sZ1yT5wR7nB2mC4pL6dF9',
    email: 'alice@example.com',
    email_verified: true,
    firebase: { identities: { email: ['alice@example.com'] }, sign_in_provider: 'password' },
  };
  const service = {
    ...ofAny,
    user_id: 'layermint-backend',
    sub: 'layermint-backend',
    firebase: { identities: {}, sign_in_provider: 'custom' },
  };
  return {
    heading: 'Firebase',
    algorithm: 'RS256',
    header: { typ: 'JWT' },
    user: ofUser,
    userId: ofUser.sub,
    member: { ...ofUser, groups: ['editors', 'legal'] },
    group: 'editors',
    overflowing: { ...ofUser, groups: manyGroups(501, 'g#') },
    overflow: '403 too-many-groups',
    backend: service,
    traps: [
      {
        name: 'refuses a custom token, which is not an ID token',
        token: {
          foreign: true,
          claims: {
            iss: 'firebase-adminsdk-ab1cd@example-project.iam.gserviceaccount.com',
            sub: 'firebase-adminsdk-ab1cd@example-project.iam.gserviceaccount.com',
            aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
            iat: now - 60,
            exp: now + 3540,
            uid: 'layermint-backend',
          },
        },
        status: 401,
        reason: 'invalid_token',
      },
      {
        name: 'gives no scope to a user who is not in backends',
        token: { claims: ofUser },
        sets: true,
        status: 403,
        reason: 'not-granted',
      },
    ],
  };
};
