/**
 * Signs a demo user in at the local issuer. Replace it by your OIDC client, with authorization code and PKCE.
 *
 * @param {string} tokenEndpoint
 * @param {string} user
 * @returns {(options: { renew: boolean, signal?: AbortSignal }) => Promise<string>} the `callerToken` of a token source. It
 *   holds the token in memory alone: not in localStorage, which every script of the origin reads
 */
export function signIn(tokenEndpoint, user) {
  let held;
  return async ({ renew, signal }) => {
    if (held === undefined || renew) {
      const body = new URLSearchParams({ grant_type: 'password', username: user, password: 'any' });
      const answer = await fetch(tokenEndpoint, { method: 'POST', body, signal });
      if (!answer.ok) throw new Error(`The issuer answered ${answer.status}.`);
      held = (await answer.json()).access_token;
    }
    return held;
  };
}
