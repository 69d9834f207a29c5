import { createHash } from 'node:crypto';
import { DAY } from '../../lib/runtime/time.ts';
import { type JsonObject } from './schemas.ts';

/** The `requestId` of every problem. */
export const REQUEST_ID = '7d1fdd54-8f5c-4c0a-9a4b-3d1f0f3ad2a9';

/** Document Engine's base URL. */
export const SERVER_URL = 'https://documents.example.com';

/** The issuer of every caller token. */
export const ISSUER_URL = 'https://identity.example.com';

/** The public half of an unused key pair. */
export const KEY = {
  x: 'oLH9sz11YMQYwQ6Phsd53Quyg9tZ6Wvs_MKb5MGW6LY',
  y: 'uJMolMlUI72hwUR2sJCw2FnDfoqbUGKNpaaKx_BhrRI',
  kid: 'Sm324iR0yMQnX0KirgqxPc9UlQCT68SfMa-nS3wrhaA',
};

/** The time of every example, in milliseconds since the Unix epoch. */
const NOW = Date.parse('2026-01-31T12:00:00Z');

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Members with new values at every start of the service. */
const MADE_ANEW = new Set(['etag', 'ETag', 'id', 'jti']);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Replaces the time to refresh, which is random, with the one at 80 % of the token's life. */
function withRefreshAt(value: JsonObject): JsonObject {
  const { issuedAt, expiresAt, refreshAt } = value;
  if (typeof issuedAt !== 'string' || typeof expiresAt !== 'string' || refreshAt === undefined) return value;
  const [from, until] = [Date.parse(issuedAt), Date.parse(expiresAt)];
  return { ...value, refreshAt: written(from + (until - from) * 0.8) };
}

/** Writes a time as the API does. @param time - whole seconds, in milliseconds since the Unix epoch */
function written(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

/** Replaces values that differ at every start of the service with fixed ones, and recognizes them later. */
export class StandIns {
  readonly #known: Map<string, string>;
  readonly #startedAt = Date.now();

  /** @param known - stand-ins for values of the running service, by these values */
  constructor(known: Readonly<Record<string, string>>) {
    this.#known = new Map(Object.entries(known));
  }

  /** Replaces every known value in a text. */
  in(text: string): string {
    // The longest first: a token contains other known values.
    return [...this.#known]
      .toSorted(([one], [other]) => other.length - one.length)
      .reduce((result, [live, standIn]) => result.replaceAll(live, standIn), text);
  }

  /**
   * Replaces the values of an answer.
   *
   * @param path - its place among all answers, from which its stand-ins are derived
   * @param issuedAt - the time at which the surrounding object was issued, in milliseconds since the Unix epoch
   */
  of(value: unknown, path: string, issuedAt?: number): unknown {
    if (Array.isArray(value)) return value.map((element, at) => this.of(element, `${path} ${at}`, issuedAt));
    if (!isObject(value)) return typeof value === 'string' ? this.#text(value, issuedAt) : value;
    const { iat, issuedAt: text } = value;
    const base =
      typeof iat === 'number' ? iat * 1000 : typeof text === 'string' ? Date.parse(text) : issuedAt;
    return Object.fromEntries(
      Object.entries(withRefreshAt(value)).map(([name, it]) => [
        name,
        this.#member(name, it, `${path} ${name}`, base),
      ]),
    );
  }

  #member(name: string, value: unknown, path: string, issuedAt?: number): unknown {
    if (name === 'requestId') return REQUEST_ID;
    if (name === 'x' || name === 'y') return KEY[name];
    if (typeof value === 'string' && name === 'jwt') return this.#token(value, path);
    if (typeof value === 'string' && MADE_ANEW.has(name)) return this.#remembered(value, path);
    if (typeof value === 'number' && ['iat', 'exp'].includes(name) && issuedAt !== undefined)
      return (NOW - issuedAt) / 1000 + value;
    return this.of(value, path, issuedAt);
  }

  /** Replaces a text. A time is replaced only if it is close to this run: the requests' own times stay. */
  #text(text: string, issuedAt?: number): string {
    const time = TIME.test(text) ? Date.parse(text) : Infinity;
    if (Math.abs(time - this.#startedAt) > 2 * DAY * 1000) return this.in(text);
    return written(NOW + time - (issuedAt ?? time));
  }

  #remembered(live: string, path: string): string {
    const hash = createHash('sha256').update(path);
    const plain = live.replaceAll('"', '');
    const hex = hash.copy().digest('hex');
    const standIn = UUID.test(plain)
      ? [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
      : hash.digest('base64url').slice(0, plain.length);
    const known = this.#known.get(plain) ?? standIn;
    this.#known.set(plain, known);
    return live.replace(plain, known);
  }

  /** Makes a token with the same claims and an invented signature. */
  #token(jwt: string, path: string): string {
    const known = this.#known.get(jwt);
    if (known !== undefined) return known;
    const signed = jwt
      .split('.')
      .slice(0, 2)
      .map((part) => {
        const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
        return Buffer.from(JSON.stringify(this.of(value, path))).toString('base64url');
      })
      .join('.');
    const standIn = `${signed}.${createHash('sha512').update(signed).digest('base64url')}`;
    this.#known.set(jwt, standIn);
    return standIn;
  }
}
