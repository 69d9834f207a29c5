// The backend's own caller token, from the identity provider (OAuth 2.0 client credentials, RFC 6749 section 4.4).

/** Asks for the next token this long before the present one ends, in milliseconds. */
const MARGIN = 60_000;

/**
 * Keeps a token until shortly before it ends. Calls at the same time share one request.
 *
 * @param {{ tokenEndpoint: string, clientId: string, clientSecret: string, scope: string }} client
 * @returns {(renew: boolean) => Promise<string>} `renew` asks for a new token in any case
 */
export function createBackendToken({ tokenEndpoint, clientId, clientSecret, scope }) {
  let held;
  let endsAt = 0;

  async function request() {
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    };
    const response = await fetch(tokenEndpoint, {
      method: 'POST',
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`The identity provider answered ${response.status}`);
    const { access_token: token, expires_in: seconds } = await response.json();
    endsAt = Date.now() + seconds * 1000;
    return token;
  }

  return (renew) => {
    if (held === undefined || renew || endsAt - MARGIN < Date.now()) {
      endsAt = Infinity;
      held = request();
      // The next call tries again after a failure.
      held.catch(() => (held = undefined));
    }
    return held;
  };
}
