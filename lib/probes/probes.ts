import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Clock } from '../runtime/clock.ts';
import { jsonIn } from '../runtime/secret-value.ts';
import { MINUTE, toMilliseconds, type Milliseconds, type Seconds } from '../runtime/time.ts';
import { coverUrl } from './cover.ts';
import { failed, held, notJudged, type ProbeOutcome } from './probe-case.ts';
import { NoAnswerError, type Answer, type Send } from './send.ts';
import { forged, unsigned } from './tampered-tokens.ts';

/** The life of the tokens. Each is used within seconds. */
const TTL: Seconds = 5 * MINUTE;

/** The time after its expiry at which a caller token is certainly refused: verifiers allow for clocks that differ. */
const LEEWAY: Milliseconds = toMilliseconds(5 * MINUTE);

/** The user for whom a probe must get nothing. No such person exists. */
const OTHER_USER = 'layermint-probe-of-another-user';

/** The service that is probed, and the caller that probes it. */
export interface Probed {
  /** The public address of the API, without a slash at its end. */
  readonly api: string;
  readonly callerToken: string;
  /** A document of which the caller may see the cover. */
  readonly documentId: string;
  /** The layer to open; the default layer unless given. */
  readonly layer?: string;
  readonly send: Send;
  readonly clock: Clock;
}

const Minted = z.object({ jwt: z.string(), serverUrl: z.url() });

/** A token for the cover of the probed document. */
export type Minted = z.output<typeof Minted>;

const ProblemBody = z.object({ type: z.string(), detail: z.optional(z.string()) });

const Expiring = z.object({ exp: z.number() });

/** Tries each probe, for the scheduled prober and for `npm run verify`. No method throws for anything that a service answers. */
export class Probes {
  readonly #probed: Probed;

  constructor(probed: Probed) {
    this.#probed = probed;
  }

  /** `mint`. @returns the outcome if there is no token */
  async mint(): Promise<Minted | ProbeOutcome> {
    const { documentId } = this.#probed;
    const answer = await this.#ask({ ...this.#opened, permissions: ['cover-image'] });
    if (typeof answer === 'string') return failed(`The API gave no token: ${answer}`);
    if (answer.status === 201) {
      const parsed = z.safeParse(Minted, jsonIn(answer.body));
      return parsed.success
        ? parsed.data
        : failed('The API gave a token in an answer that is not as documented');
    }
    if (slugOf(answer) === 'not-granted' || slugOf(answer) === 'permissions-not-granted')
      return failed(
        `The prober has no grant of its own: give its user id the role thumbnail on the document ${documentId} (docs/probes.md)`,
      );
    return failed(`The API gave no token: ${described(answer)}`);
  }

  /** `open-document`, with the outcome of `mint`. */
  async open(minted: Minted | ProbeOutcome): Promise<ProbeOutcome> {
    if (!('jwt' in minted)) return notJudged('There is no token to open it with');
    const answer = await this.#cover(minted);
    if (typeof answer === 'string') return failed(`Document Engine did not open the document: ${answer}`);
    return answer.status === 200
      ? held
      : failed(`Document Engine did not open the document: it answered ${answer.status}`);
  }

  /** `no-grant`. */
  noGrant(): Promise<ProbeOutcome> {
    return this.#refused({ documentId: `layermint-probe-${randomUUID()}` }, NOT_GRANTED);
  }

  /** `private-layer`. @param prefix - of the private layers of the stage: another layer can be granted */
  privateLayer(prefix: string): Promise<ProbeOutcome> {
    const { documentId } = this.#probed;
    return this.#refused({ documentId, layer: prefix + OTHER_USER }, NOT_GRANTED);
  }

  /** `expired-caller-token`. @param token - not sent if it can still be valid by a clock that differs */
  expiredCallerToken(token: string): Promise<ProbeOutcome> {
    return hasExpired(token, this.#probed.clock)
      ? this.#unauthenticated(token)
      : Promise.resolve(notJudged('The given expired token has not expired, or not five minutes ago'));
  }

  /** `forged-signature`. */
  async forgedSignature(): Promise<ProbeOutcome> {
    const { callerToken } = this.#probed;
    const wrong = await this.#unauthenticated(forged(callerToken));
    return wrong.outcome === 'held' ? this.#unauthenticated(unsigned(callerToken)) : wrong;
  }

  /**
   * `revoked-token`: revokes all of the caller's own tokens for the document, and shows the one to Document Engine again.
   *
   * @param opened - the outcome of `open` with this token. Nothing is revoked unless it held: while Document Engine is away, each
   *   revocation would wait for it
   */
  async revokedToken(minted: Minted | ProbeOutcome, opened: ProbeOutcome): Promise<ProbeOutcome> {
    if (!('jwt' in minted) || opened.outcome !== 'held')
      return notJudged('Document Engine did not open the document before the revocation');
    const { documentId, callerToken } = this.#probed;
    const answer = await this.#post('/v1/revocations', callerToken, { documentId });
    if (typeof answer === 'string') return notJudged(`The API did not revoke: ${answer}`);
    // 202: Document Engine has not confirmed it yet.
    if (answer.status !== 200) return notJudged(`The API did not revoke at once: ${described(answer)}`);
    const again = await this.#cover(minted);
    if (typeof again === 'string') return notJudged(`Document Engine did not decide: ${again}`);
    if (again.status === 401 || again.status === 403) return held;
    return again.status === 200
      ? failed('Document Engine opened the document with a revoked token')
      : notJudged(`Document Engine did not decide: it answered ${again.status}`);
  }

  /** `vouched-without-scope`, for a caller without the scope `layermint/vouch`. */
  vouchedWithoutScope(): Promise<ProbeOutcome> {
    const { documentId } = this.#probed;
    const vouched = { documentId, onBehalfOf: { userId: OTHER_USER }, grant: { role: 'thumbnail' } };
    return this.#refused(vouched, ['scope-missing']);
  }

  get #opened(): { documentId: string; layer?: string } {
    const { documentId, layer } = this.#probed;
    return { documentId, ...(layer !== undefined && { layer }) };
  }

  /** Asks for a token that must be refused. */
  async #refused(request: object, slugs: readonly string[]): Promise<ProbeOutcome> {
    const answer = await this.#ask(request);
    if (typeof answer === 'string') return notJudged(`The API did not decide: ${answer}`);
    if (isSuccess(answer))
      return failed(`The API answered ${answer.status} to a request that it must refuse`);
    const slug = slugOf(answer);
    if (answer.status === 403 && slug !== undefined && slugs.includes(slug)) return held;
    return notJudged(`The API refused for another reason: ${described(answer)}`);
  }

  async #unauthenticated(token: string): Promise<ProbeOutcome> {
    const answer = await this.#ask(this.#opened, token);
    if (typeof answer === 'string') return notJudged(`The API did not decide: ${answer}`);
    if (answer.status === 401) return held;
    // Any answer of the service itself shows that the authorizer has let the token in.
    if (isSuccess(answer) || (answer.status === 403 && slugOf(answer) !== undefined))
      return failed(`The API answered ${answer.status} to a caller token that it must refuse with 401`);
    return notJudged(`The API did not decide: ${described(answer)}`);
  }

  #ask(request: object, token = this.#probed.callerToken): Promise<Answer | string> {
    return this.#post('/v1/tokens', token, { ...request, ttlSeconds: TTL });
  }

  #post(path: string, token: string, body: object): Promise<Answer | string> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    return this.#answer(this.#probed.api + path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  #cover({ jwt, serverUrl }: Minted): Promise<Answer | string> {
    return this.#answer(coverUrl(serverUrl, this.#probed.documentId, jwt));
  }

  /** @returns the reason as a clause if there is no answer, or one of an outage */
  async #answer(...request: Parameters<Send>): Promise<Answer | string> {
    try {
      const answer = await this.#probed.send(...request);
      return answer.status >= 500 || answer.status === 429 ? described(answer) : answer;
    } catch (error) {
      if (error instanceof NoAnswerError) return error.message;
      throw error;
    }
  }
}

const NOT_GRANTED = ['not-granted', 'groups-not-in-token'];

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Reads the last part of a problem's type; undefined if the answer is not the service's own. */
function slugOf({ body }: Answer): string | undefined {
  const { data } = z.safeParse(ProblemBody, jsonIn(body));
  return /^urn:layermint:problem:([a-z-]{1,50})$/.exec(data?.type ?? '')?.[1];
}

/** Describes an answer by its status and its kind of problem alone. */
const described = (answer: Answer): string =>
  [`it answered ${answer.status}`, slugOf(answer)].filter(Boolean).join(' ');

/** Tells if a caller token has certainly expired, without verifying anything. */
export function hasExpired(token: string, clock: Clock): boolean {
  const expires = expiryOf(token);
  return expires !== undefined && expires + LEEWAY < clock.now();
}

/** Reads the expiry of a caller token, in milliseconds since the Unix epoch. */
function expiryOf(token: string): Milliseconds | undefined {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  const { data } = z.safeParse(Expiring, jsonIn(payload));
  return data && toMilliseconds(data.exp);
}
