import { ifNoneMatch, type DescribedResource } from '../openapi.ts';
import { healthResource } from '../health/openapi.ts';
import { Jwks } from './schemas.ts';

/** Describes the route of the public keys. */
export const keysResource: DescribedResource = {
  tag: healthResource.tag,
  schemas: {
    JwkSet: {
      schema: Jwks,
      remarks: {
        '': 'The public keys that now verify: a JWK Set (RFC 7517 section 5).',
        keys: 'The key that signs comes first, then others that verify.',
        'keys[].kty': 'The type of the key.',
        'keys[].crv': 'The curve.',
        'keys[].x': 'The x coordinate.',
        'keys[].y': 'The y coordinate.',
        'keys[].n': 'The modulus.',
        'keys[].e': 'The exponent.',
        'keys[].use': 'It verifies signatures.',
        'keys[].alg': 'The algorithm.',
        'keys[].kid': 'The id of the key, in the header of its tokens.',
        'keys[].iat':
          'The time at which it was made, in Unix seconds (OpenID Federation 1.0 section 8.7). Absent: not recorded.',
        'keys[].exp': 'The time at which it ceases to verify, in Unix seconds. Absent: not known yet.',
      },
    },
  },
  operations: {
    getKeys: {
      summary: 'Get the public keys',
      description:
        'The public keys that now verify tokens: the current key, the previous one and the next one. Every web page can read them, unless the stage lists its own web apps.',
      parameters: [ifNoneMatch('the keys')],
      successes: { 200: 'The keys.', 304: 'The keys have not changed.' },
    },
  },
};
