import { UnusableSigningKeyError } from './errors.ts';
import { spkiOf } from './pem.ts';
import { parseSigningKeySecret, type KeyPair } from './secret.ts';
import { signJwt } from './sign-jwt.ts';
import { signingKeyOf } from './signing-key.ts';
import { hasCompositePrime } from './soundness/composite.ts';
import { verifiesJws } from './verify.ts';

/**
 * Reads a key as {@link parseSigningKeySecret} does, and judges it before it is stored, published or registered. It signs a token as
 * minting does, which has to verify with the public half as it is published, and it proves the primes of an RSA key.
 *
 * A process that signs does not call it: minting reads a key that was judged here, unless somebody has put it into the secret by hand.
 * Then `keys status` calls it.
 *
 * @param secret - the arguments of {@link parseSigningKeySecret}
 * @throws as {@link parseSigningKeySecret}
 */
export async function acceptSigningKey(
  ...secret: Parameters<typeof parseSigningKeySecret>
): Promise<KeyPair> {
  const pair = await parseSigningKeySecret(...secret);
  if (await hasCompositePrime(pair.privateKey)) {
    throw new UnusableSigningKeyError(
      'A prime of the RSA key is not prime, so the key may be factored. Do not use it: make another key',
    );
  }
  if (!(await signsAsPublished(pair))) {
    throw new UnusableSigningKeyError(
      'The tokens that this key signs do not verify with its public half. Make another key',
    );
  }
  return pair;
}

async function signsAsPublished(pair: KeyPair): Promise<boolean> {
  const { kid, alg, publicKey } = pair;
  const jwt = await signJwt({ probe: true }, signingKeyOf(pair));
  const end = jwt.lastIndexOf('.');
  const published = { kid, alg, publicKey: spkiOf(publicKey), state: 'pending', longestLife: 0 } as const;
  return verifiesJws(published, jwt.slice(0, end), Buffer.from(jwt.slice(end + 1), 'base64url'));
}
