// Mints tokens of one document, and the next one in time. Runs in every browser, without dependencies.

/** The most tries of one request while the API is busy. */
const MOST_TRIES = 4;
/** Of one request, in milliseconds. */
const TIME_LIMIT = 10_000;
/** The wait after a renewal that failed, in milliseconds. Until then the present token is still good. */
const AFTER_FAILURE = 15_000;

/** A refusal or a failure of the API. Its message is for developers and holds no token. */
export class MintError extends Error {
  name = 'MintError';

  /** @param {number} status - 401: sign in again. 403: no access. 429 and 5xx: try again later */
  constructor(status, message) {
    super(message ?? `The API answered ${status}`);
    this.status = status;
  }
}

/**
 * Makes the tokens of one document and layer.
 *
 * @param {object} options
 * @param {string} options.api - the base URL of Layermint
 * @param {{ documentId: string, layer?: string }} options.request - the body of `POST /v1/tokens`
 * @param {(renew: boolean) => Promise<string>} options.callerToken - the user's token from your identity provider;
 *   `renew` asks for a new one, because the API did not accept the last
 * @param {typeof fetch} [options.send]
 * @param {(work: () => void, milliseconds: number) => unknown} [options.later]
 */
export function createTokens({
  api,
  request,
  callerToken,
  send = (...args) => fetch(...args),
  later = (work, milliseconds) => setTimeout(work, milliseconds),
}) {
  const pause = (milliseconds) => new Promise((resolve) => later(resolve, milliseconds));

  /** Mints one token: the answer of `POST /v1/tokens`. @throws {MintError} */
  async function mint() {
    let renewed = false;
    for (let tries = 1; ; tries += 1) {
      const response = await send(`${api}/v1/tokens`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await callerToken(renewed)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(request),
        signal: AbortSignal.timeout(TIME_LIMIT),
      });
      if (response.ok) return response.json();

      const { status } = response;
      const problem = await response.json().catch(() => ({}));
      if ((status === 429 || status === 503) && tries < MOST_TRIES) {
        await pause(Number(response.headers.get('retry-after') ?? tries) * 1000);
      } else if (status === 401 && !renewed) {
        renewed = true;
      } else {
        throw new MintError(status, problem.detail ?? problem.message);
      }
    }
  }

  /**
   * Mints the next token at `refreshAt`, and so on.
   *
   * @param {{ issuedAt: string, refreshAt: string }} first - the present token, from `mint`
   * @param {(token: object) => void} onToken - takes each new token
   * @param {(error: MintError) => void} onEnd - is told of a 401 or 403, after which no more tokens come
   * @returns {() => void} stops it
   */
  function keepFresh(first, onToken, onEnd) {
    let stopped = false;

    async function renew() {
      if (stopped) return;
      try {
        const token = await mint();
        if (stopped) return;
        onToken(token);
        schedule(token);
      } catch (error) {
        if (error.status === 401 || error.status === 403) onEnd(error);
        else later(renew, AFTER_FAILURE);
      }
    }

    // A difference of two times of the answer, because the clock of a device can be wrong.
    const schedule = ({ issuedAt, refreshAt }) => later(renew, Date.parse(refreshAt) - Date.parse(issuedAt));

    schedule(first);
    return () => (stopped = true);
  }

  return { mint, keepFresh };
}
