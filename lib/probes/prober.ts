import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Clock } from '../runtime/clock.ts';
import { jsonIn } from '../runtime/secret-value.ts';
import { MINUTE, toMilliseconds, type Milliseconds, type Seconds } from '../runtime/time.ts';
import { fetchCallerToken } from './caller-token.ts';
import { coverUrl } from './cover.ts';
import { failed, held, notJudged, PROBE_CASES, type ProbeCase, type ProbeOutcome } from './probe-case.ts';
import { ProberSecretError, type ProberSecret } from './prober-secret.ts';
import { NoAnswerError, type Answer, type Send } from './send.ts';
import { forged, unsigned } from './tampered-tokens.ts';

/** The life of the prober's tokens. Each is used within seconds. */
const TTL: Seconds = 5 * MINUTE;

/** The time after its expiry at which a caller token is certainly refused: verifiers allow for clocks that differ. */
const LEEWAY: Milliseconds = toMilliseconds(5 * MINUTE);

/** The user for whom the prober must get nothing. No such person exists. */
const OTHER_USER = 'layermint-probe-of-another-user';

/** The surroundings of a prober. */
export interface ProberOptions {
  /** The public address of the API, without a slash at its end. */
  readonly api: string;
  readonly documentId: string;
  readonly privateLayerPrefix: string;
  readonly secret: () => Promise<ProberSecret>;
  readonly send: Send;
  readonly clock: Clock;
}

const Minted = z.object({ jwt: z.string(), serverUrl: z.url() });
type Minted = z.output<typeof Minted>;

const ProblemBody = z.object({ type: z.string(), detail: z.optional(z.string()) });

const Expiring = z.object({ exp: z.number() });

/** The state of one run. */
interface Run {
  readonly secret: ProberSecret;
  readonly callerToken: string;
}

/**
 * A client of the service that tries what must work and what must be refused, from outside. It has no rights but those of its own
 * client at the identity provider, and its one grant on the probe document.
 */
export class Prober {
  readonly #options: ProberOptions;
  /** A caller token of an earlier run, kept until it has expired. */
  #kept: { readonly token: string; readonly expires: Milliseconds } | undefined;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** Makes every probe once. It does not throw for anything that a service or a provider answers. */
  async probe(): Promise<ReadonlyMap<ProbeCase, ProbeOutcome>> {
    const run = await this.#begin();
    if (typeof run === 'string') return new Map(PROBE_CASES.map((name) => [name, notJudged(run)]));
    const outcomes = new Map<ProbeCase, ProbeOutcome>();
    const minted = await this.#mint(run);
    const isMinted = 'jwt' in minted;
    outcomes.set('mint', isMinted ? held : minted);
    outcomes.set(
      'open-document',
      isMinted ? await this.#open(minted) : notJudged('There is no token to open it with'),
    );
    const { documentId, privateLayerPrefix } = this.#options;
    outcomes.set(
      'no-grant',
      await this.#refused(run, { documentId: `layermint-probe-${randomUUID()}` }, NOT_GRANTED),
    );
    const layer = privateLayerPrefix + OTHER_USER;
    outcomes.set('private-layer', await this.#refused(run, { documentId, layer }, NOT_GRANTED));
    outcomes.set('expired-caller-token', await this.#expired(run));
    outcomes.set('forged-signature', await this.#forgedSignature(run));
    outcomes.set(
      'revoked-token',
      isMinted && outcomes.get('open-document')?.outcome === 'held'
        ? await this.#revoked(run, minted)
        : // Nor is anything revoked then: while Document Engine is away, each revocation would wait for it.
          notJudged('Document Engine did not open the document before the revocation'),
    );
    const vouched = { documentId, onBehalfOf: { userId: OTHER_USER }, grant: { role: 'thumbnail' } };
    outcomes.set('vouched-without-scope', await this.#refused(run, vouched, ['scope-missing']));
    return outcomes;
  }

  /** @returns the reason if there is no caller token */
  async #begin(): Promise<Run | string> {
    try {
      const secret = await this.#options.secret();
      const callerToken = await fetchCallerToken(secret, this.#options.send);
      return { secret, callerToken };
    } catch (error) {
      if (error instanceof ProberSecretError) return error.message;
      throw error;
    }
  }

  /** @returns the outcome if there is no token */
  async #mint({ callerToken }: Run): Promise<Minted | ProbeOutcome> {
    const { documentId } = this.#options;
    const answer = await this.#post('/v1/tokens', callerToken, {
      documentId,
      permissions: ['cover-image'],
      ttlSeconds: TTL,
    });
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

  async #open({ jwt, serverUrl }: Minted): Promise<ProbeOutcome> {
    const answer = await this.#get(coverUrl(serverUrl, this.#options.documentId, jwt));
    if (typeof answer === 'string') return failed(`Document Engine did not open the document: ${answer}`);
    return answer.status === 200
      ? held
      : failed(`Document Engine did not open the document: it answered ${answer.status}`);
  }

  /** Asks for a token that must be refused. */
  async #refused(run: Run, request: object, slugs: readonly string[]): Promise<ProbeOutcome> {
    const answer = await this.#post('/v1/tokens', run.callerToken, { ...request, ttlSeconds: TTL });
    if (typeof answer === 'string') return notJudged(`The API did not decide: ${answer}`);
    if (isSuccess(answer))
      return failed(`The API answered ${answer.status} to a request that it must refuse`);
    const slug = slugOf(answer);
    if (answer.status === 403 && slug !== undefined && slugs.includes(slug)) return held;
    return notJudged(`The API refused for another reason: ${described(answer)}`);
  }

  async #unauthenticated(token: string): Promise<ProbeOutcome> {
    const { documentId } = this.#options;
    const answer = await this.#post('/v1/tokens', token, { documentId, ttlSeconds: TTL });
    if (typeof answer === 'string') return notJudged(`The API did not decide: ${answer}`);
    if (answer.status === 401) return held;
    // Any answer of the service itself shows that the authorizer has let the token in.
    if (isSuccess(answer) || (answer.status === 403 && slugOf(answer) !== undefined))
      return failed(`The API answered ${answer.status} to a caller token that it must refuse with 401`);
    return notJudged(`The API did not decide: ${described(answer)}`);
  }

  async #expired({ secret, callerToken }: Run): Promise<ProbeOutcome> {
    const now = this.#options.clock.now();
    const kept = this.#kept;
    const own = kept !== undefined && kept.expires + LEEWAY < now ? kept.token : undefined;
    if (kept === undefined || own !== undefined) {
      const expires = expiryOf(callerToken);
      this.#kept = expires === undefined ? undefined : { token: callerToken, expires };
    }
    const token = secret.expiredToken ?? own;
    if (token === undefined) return notJudged('No caller token of the prober has expired yet');
    const expires = expiryOf(token);
    if (expires === undefined || expires + LEEWAY >= now)
      return notJudged('The expiredToken of the secret has not expired');
    return this.#unauthenticated(token);
  }

  async #forgedSignature({ callerToken }: Run): Promise<ProbeOutcome> {
    const wrong = await this.#unauthenticated(forged(callerToken));
    return wrong.outcome === 'held' ? this.#unauthenticated(unsigned(callerToken)) : wrong;
  }

  /** Revokes the prober's own tokens of the probe document, and shows the first one to Document Engine again. */
  async #revoked({ callerToken }: Run, { jwt, serverUrl }: Minted): Promise<ProbeOutcome> {
    const { documentId } = this.#options;
    const answer = await this.#post('/v1/revocations', callerToken, { documentId });
    if (typeof answer === 'string') return notJudged(`The API did not revoke: ${answer}`);
    // 202: Document Engine has not confirmed it yet.
    if (answer.status !== 200) return notJudged(`The API did not revoke at once: ${described(answer)}`);
    const opened = await this.#get(coverUrl(serverUrl, documentId, jwt));
    if (typeof opened === 'string') return notJudged(`Document Engine did not decide: ${opened}`);
    if (opened.status === 401 || opened.status === 403) return held;
    return opened.status === 200
      ? failed('Document Engine opened the document with a revoked token')
      : notJudged(`Document Engine did not decide: it answered ${opened.status}`);
  }

  /** @returns the reason as a clause if there is no answer, or one of an outage */
  async #post(path: string, token: string, body: object): Promise<Answer | string> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    return this.#answer(this.#options.api + path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  #get(url: string): Promise<Answer | string> {
    return this.#answer(url);
  }

  async #answer(...request: Parameters<Send>): Promise<Answer | string> {
    try {
      const answer = await this.#options.send(...request);
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

/** Reads the expiry of a caller token, in milliseconds since the Unix epoch, without verifying anything. */
function expiryOf(token: string): Milliseconds | undefined {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  const { data } = z.safeParse(Expiring, jsonIn(payload));
  return data && toMilliseconds(data.exp);
}
