import { ALGORITHMS } from '../../../lib/signing-keys/index.ts';
import { oneOf, type ParameterGroup } from '../parameter.ts';

/** {@link ParameterGroup} */
export const TOKENS: ParameterGroup = {
  title: 'Tokens',
  parameters: {
    algorithm: {
      default: 'ES256',
      variable: 'JWT_ALGORITHM',
      allowed: oneOf(ALGORITHMS),
      does: "The algorithm that signs the tokens. It must equal Document Engine's `JWT_ALGORITHM`. See [below](#the-algorithm).",
    },
    maxTtlSeconds: {
      default: 86_400,
      variable: 'MAX_TTL_SECONDS',
      allowed: '60 to 86400',
      does: 'The longest token life that a client can request.',
    },
    defaultTtlSeconds: {
      default: 3600,
      variable: 'DEFAULT_TTL_SECONDS',
      allowed: '60 to `maxTtlSeconds`',
      does: 'The life of a token if the client requests none.',
    },
    privateLayerPrefix: {
      default: 'user:',
      variable: 'PRIVATE_LAYER_PREFIX',
      allowed: 'characters of a layer name, one or more',
      does: 'The prefix of the names of private layers, before the user id. If you change it, users no longer reach the content of their private layers.',
    },
    userLimit: {
      otherwise: 'no limit',
      variable: 'USER_LIMIT',
      json: true,
      allowed: '`{perMinute: 1 to 600, burst: 100 to 10000}`',
      does: 'The tokens that one user can get: `burst` at once, and `perMinute` in the long run. Above this, Layermint answers 429. See [below](#a-limit-for-each-user).',
    },
    backendTokensForAny: {
      default: 'off',
      variable: 'BACKEND_TOKENS_FOR_ANY',
      allowed: oneOf(["'on'", "'off'"]),
      does: 'If on, a backend token may be valid for any document or any operation.',
    },
  },
};
