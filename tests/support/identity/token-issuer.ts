import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { secondsOf, type Clock } from '../../../lib/runtime/clock.ts';

/** The differences of a token from a valid one. */
export interface TokenSpec {
  /** Replace those of a valid token; undefined leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The algorithm of the key that signs. */
  readonly alg?: string;
  /** Replaces the key's own header; undefined leaves a parameter out. */
  readonly header?: Readonly<Record<string, string | undefined>>;
}

/** An OIDC issuer with discovery and keys, and the means to sign anything with them. */
export interface TokenIssuer {
  readonly url: string;
  /** Signs a token that is valid now, apart from these differences. */
  sign(spec?: TokenSpec): Promise<string>;
  /** Adds and publishes a key for an algorithm. From now on tokens of that algorithm are signed with it. */
  addKey(alg: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an issuer with an RS256 key.
 *
 * @param audience - the `aud` of a valid token
 * @param clock - a token is issued at its time, and lives for an hour
 */
export async function startTokenIssuer(audience: string, clock: Clock): Promise<TokenIssuer> {
  const server = new OAuth2Server();
  const addKey = async (alg: string): Promise<void> => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    await server.issuer.keys.add({ ...(await exportJWK(privateKey)), alg, kid: `${alg} key` });
  };
  await addKey('RS256');
  await server.start(0, '127.0.0.1');
  const url = `http://127.0.0.1:${server.address().port}`;
  server.issuer.url = url;
  return {
    url,
    addKey,
    close: () => server.stop(),
    sign: async ({ claims = {}, alg = 'RS256', header = {} } = {}) => {
      const jwk = server.issuer.keys.get(`${alg} key`);
      if (jwk === undefined) throw new Error(`The issuer has no key for ${alg}`);
      const seconds = secondsOf(clock);
      const valid = { iss: url, aud: audience, sub: 'alice', iat: seconds, exp: seconds + 3600 };
      return new SignJWT({ ...valid, ...claims })
        .setProtectedHeader({ alg, kid: jwk.kid, ...header })
        .sign(await importJWK(jwk, alg));
    },
  };
}
