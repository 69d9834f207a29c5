/** A client without a secret: a web page or an app. */
export interface PublicClient {
  readonly clientId: string;
  /** Tells if the browser may be sent to this address with a code. */
  readonly isRedirectUri: (uri: string) => boolean;
}

/** A valid request for a sign-in. */
export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly challenge: string;
  readonly nonce: string | undefined;
  readonly scope: string;
  /** The error for the client, if the request is faulty in another way (RFC 6749 section 4.1.2.1). */
  readonly fault: string | undefined;
}

/** The parameters that the form of the sign-in page repeats. */
export const PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
] as const;

/**
 * Reads the parameters of a request for a sign-in.
 *
 * @returns a refusal for the person if the client or its address is wrong: then the browser must not be sent there (RFC 6749 section
 * 4.1.2.1)
 */
export function authorizationRequestIn(
  query: URLSearchParams,
  { clientId, isRedirectUri }: PublicClient,
): AuthorizationRequest | { readonly refusal: string } {
  const redirectUri = query.get('redirect_uri') ?? '';
  if (query.get('client_id') !== clientId) return { refusal: 'This issuer does not know the client.' };
  if (!isRedirectUri(redirectUri))
    return { refusal: 'The address to which the sign-in leads is not that of the console of this stack.' };
  const challenge = query.get('code_challenge') ?? '';
  return {
    redirectUri,
    state: query.get('state') ?? undefined,
    challenge,
    nonce: query.get('nonce') ?? undefined,
    scope: query.get('scope') ?? '',
    fault: faultOf(query, challenge),
  };
}

function faultOf(query: URLSearchParams, challenge: string): string | undefined {
  if (PARAMETERS.some((name) => query.getAll(name).length > 1)) return 'invalid_request';
  if (query.get('response_type') !== 'code') return 'unsupported_response_type';
  // A client without a secret needs the challenge (RFC 9700 section 2.1.1), of the form of a SHA-256 digest.
  const isChallenged = query.get('code_challenge_method') === 'S256' && /^[\w-]{43}$/.test(challenge);
  return isChallenged ? undefined : 'invalid_request';
}
