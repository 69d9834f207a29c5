// A client of Layermint for a backend. It has no dependencies, and writes nothing to any log.
import { setTimeout as pause } from 'node:timers/promises';

const MOST_TRIES = 3;
/** Of one request, in milliseconds. */
const TIME_LIMIT = 10_000;
/** The longest wait for `Retry-After`, in seconds: the user is waiting too. */
const LONGEST_WAIT = 5;

/** An answer of Layermint other than a success. Its message is a sentence for developers and holds no token. */
export class LayermintError extends Error {
  name = 'LayermintError';

  /**
   * @param {number} status - decide by this: 403 stop asking, 429 and 503 try again later
   * @param {{ type?: string, detail?: string, message?: string }} problem - the body of the answer
   */
  constructor(status, problem) {
    super(problem.detail ?? problem.message ?? `Layermint answered ${status}`);
    this.status = status;
    this.type = problem.type;
  }
}

/**
 * Makes a client.
 *
 * @param {string} api - the base URL of Layermint
 * @param {(renew: boolean) => Promise<string>} backendToken - the backend's own caller token; `renew` demands a new one
 */
export function createLayermint(api, backendToken) {
  async function send(method, path, body) {
    let renewed = false;
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(api + path, {
        method,
        headers: {
          authorization: `Bearer ${await backendToken(renewed)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIME_LIMIT),
      });
      if (response.ok) return response.json();
      // A proxy in between can answer without JSON.
      const problem = await response.json().catch(() => ({}));

      const { status } = response;
      const busy = status === 429 || status === 503;
      if (tries < MOST_TRIES && busy) {
        const seconds = Number(response.headers.get('retry-after') ?? tries);
        await pause(Math.min(seconds, LONGEST_WAIT) * 1000);
      } else if (status === 401 && !renewed) {
        renewed = true;
      } else {
        throw new LayermintError(status, problem);
      }
    }
  }

  return {
    /** Makes a user the owner of a document that was uploaded. Repeating it changes nothing. */
    giveToOwner: (documentId, userId) =>
      send(
        'PUT',
        `/v1/documents/${encodeURIComponent(documentId)}/grants?user=${encodeURIComponent(userId)}`,
        {
          role: 'owner',
          layers: ['*'],
          privateLayer: true,
        },
      ),

    /** Mints a token for a user whom this backend has authenticated. */
    mintFor: ({ id, name }, documentId) =>
      send('POST', '/v1/tokens', { documentId, onBehalfOf: { userId: id, name } }),
  };
}
