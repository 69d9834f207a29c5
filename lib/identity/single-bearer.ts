// The scheme is optional, as it is for API Gateway. There is no comma in it, so repeated headers, which arrive joined by one, do not match.
const SINGLE_BEARER = /^(?:Bearer +)?([\w-]+\.([\w-]+)\.[\w-]+)$/i;

/**
 * Finds the token in an Authorization header: one JWS in compact form (RFC 7515 section 3.1). Everything that reads a caller token
 * uses this, so that the token that is verified is the one that is decoded.
 *
 * @returns the token, and its payload in base64url; undefined if the header holds anything else
 */
export function singleBearer(
  authorization: string,
): { readonly token: string; readonly payload: string } | undefined {
  const [, token, payload] = SINGLE_BEARER.exec(authorization) ?? [];
  return token === undefined || payload === undefined ? undefined : { token, payload };
}
