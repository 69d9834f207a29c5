import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { jsonAnswer, listenOnLoopback } from '../../../tools/local/stand-ins/loopback-server.ts';
import type { Provider, ProviderToken } from './provider.ts';

/** The issuers of identity providers at addresses of this machine, each with a key set and a discovery document. */
export interface ProviderIssuers {
  /** Returns the local address of an issuer. Path and final slash stay: `https://HOST/PATH` becomes `http://127.0.0.1:PORT/HOST/PATH`. */
  localOf(issuer: string): string;
  /** Signs a token as the provider does. Its `iss`, if it is an address, becomes the local one. */
  sign(provider: Pick<Provider, 'algorithm' | 'header'>, token: ProviderToken): Promise<string>;
  close(): Promise<void>;
}

const DISCOVERY = '/.well-known/openid-configuration';
const ALGORITHMS = ['RS256', 'ES256'] as const;

type Keys = Readonly<Record<(typeof ALGORITHMS)[number], CryptoKey>>;

/** Starts a server for all issuers. Every issuer publishes the same RS256 key and ES256 key. */
export async function startProviderIssuers(): Promise<ProviderIssuers> {
  const published: JWK[] = [];
  const own = await keysOf((jwk) => published.push(jwk));
  const foreign = await keysOf(() => undefined);
  const exact = new Map<string, string>();

  const server = await listenOnLoopback(({ path }) => {
    if (path.endsWith('/keys')) return Promise.resolve(jsonAnswer(200, { keys: published }));
    const address = server.url + path.slice(0, -DISCOVERY.length);
    const issuer = path.endsWith(DISCOVERY) ? exact.get(address) : undefined;
    if (issuer === undefined) return Promise.resolve(jsonAnswer(404, {}));
    return Promise.resolve(jsonAnswer(200, { issuer, jwks_uri: `${address}/keys` }));
  });

  const localOf = (issuer: string): string => {
    const local = issuer.replace(/^https:\/\//, `${server.url}/`);
    exact.set(local.replace(/\/$/, ''), local);
    return local;
  };

  return {
    localOf,
    close: () => server.close(),
    sign: async (provider, token) => {
      const { algorithm = provider.algorithm } = token;
      const { iss } = token.claims;
      const local = typeof iss === 'string' && iss.startsWith('https://') ? { iss: localOf(iss) } : {};
      return new SignJWT({ ...token.claims, ...local })
        .setProtectedHeader({ alg: algorithm, kid: kidOf(algorithm), ...provider.header, ...token.header })
        .sign((token.foreign === true ? foreign : own)[algorithm]);
    },
  };
}

const kidOf = (algorithm: string): string => `${algorithm} key of the tests`;

/** Makes a key for each algorithm. @param publish - gets the public halves */
async function keysOf(publish: (jwk: JWK) => void): Promise<Keys> {
  const made = await Promise.all(
    ALGORITHMS.map(async (alg) => {
      const { publicKey, privateKey } = await generateKeyPair(alg);
      publish({ ...(await exportJWK(publicKey)), alg, use: 'sig', kid: kidOf(alg) });
      return [alg, privateKey] as const;
    }),
  );
  return Object.fromEntries(made) as unknown as Keys;
}
