import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { IssuerKeys, type TrustedIssuer } from '../../../lib/issuers/index.ts';
import { secondsOf, type Clock } from '../../../lib/runtime/clock.ts';
import { createLogger } from '../../../lib/runtime/log.ts';

/** The differences of a caller token from a valid one. */
export interface CallerTokenSpec {
  /** Replace those of a valid token; undefined leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Added to the header of a valid token, or in the place of its parameters. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Signs instead of the issuer's own key. */
  readonly key?: CryptoKey | Uint8Array;
}

/** The answer of an issuer: a document to send as JSON, a response, or an error. */
type Answer = unknown;

/** An issuer without a server: it signs tokens with ES256, and answers a `fetch` of its own. */
export class IssuerInMemory {
  readonly trusted: TrustedIssuer;
  /** The answers by path. A test replaces them. */
  readonly answers = new Map<string, () => Answer>();
  /** The addresses of the requests so far. */
  readonly requests: string[] = [];
  readonly publicKey: JWK;
  readonly #privateKey: CryptoKey;
  readonly #clock: Clock;

  private constructor(trusted: TrustedIssuer, keys: { privateKey: CryptoKey; publicKey: JWK }, clock: Clock) {
    this.trusted = trusted;
    this.publicKey = keys.publicKey;
    this.#privateKey = keys.privateKey;
    this.#clock = clock;
    this.answers.set('/.well-known/openid-configuration', () => ({
      issuer: trusted.issuer,
      jwks_uri: `${trusted.issuer}/keys`,
    }));
    this.publish(keys.publicKey);
  }

  /** Makes an issuer `https://<name>.example.com` with one key, `<name>-key`. */
  static async create(
    name: string,
    clock: Clock,
    { algorithms = ['ES256'], ...rest }: Partial<TrustedIssuer> = {},
  ): Promise<IssuerInMemory> {
    const { privateKey, publicKey } = await generateKeyPair(algorithms[0] ?? 'ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: `${name}-key` };
    const issuer = `https://${name}.example.com`;
    const trusted = { name, issuer, audience: ['layermint'], algorithms, ...rest };
    return new IssuerInMemory(trusted, { privateKey, publicKey: jwk }, clock);
  }

  /** Replaces the published keys. */
  publish(...keys: readonly unknown[]): void {
    this.answers.set('/keys', () => ({ keys }));
  }

  /** Sends a request to the issuer, as `fetch` does. */
  readonly fetch = async (url: string): Promise<Response> => {
    this.requests.push(url);
    const { origin, pathname } = new URL(url);
    const answer = origin === this.trusted.issuer ? this.answers.get(pathname) : undefined;
    const value = answer === undefined ? new Response('', { status: 404 }) : await answer();
    if (value instanceof Error) throw value;
    return value instanceof Response ? value : Response.json(value);
  };

  /** The issuer with a cache of its keys. @param write - gets the log lines */
  withKeys(write: (line: string) => void = () => undefined): TrustedIssuer & { readonly keys: IssuerKeys } {
    const log = createLogger('debug', write, () => this.#clock.now());
    return { ...this.trusted, keys: new IssuerKeys(this.trusted, this.#clock, log, this.fetch) };
  }

  /** Signs a token that is valid now, apart from these differences. */
  sign({ claims = {}, header = {}, key = this.#privateKey }: CallerTokenSpec = {}): Promise<string> {
    const { issuer, audience, algorithms } = this.trusted;
    const now = secondsOf(this.#clock);
    const valid = { iss: issuer, aud: audience[0] ?? '', sub: 'alice', iat: now, exp: now + 3600 };
    return new SignJWT({ ...valid, ...claims })
      .setProtectedHeader({ alg: algorithms[0] ?? 'ES256', kid: this.publicKey.kid ?? '', ...header })
      .sign(key);
  }
}

/** Joins the parts of a token without signing it. @param signature - base64url */
export function unsigned(header: object, claims: object, signature = 'c2ln'): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}
