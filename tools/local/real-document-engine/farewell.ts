/** The changes of a local stack at a Document Engine. */
export interface Changes {
  /** The id of the stack's first key; undefined if Document Engine has not confirmed it. */
  readonly keyId?: number | undefined;
  /** The demo documents that it has uploaded. */
  readonly uploaded: readonly string[];
}

/** Lists the changes that remain at Document Engine after the stack has ended, and the ways to undo them. No line break at the end. */
export function farewell(url: string, { keyId, uploaded }: Changes): string {
  const key =
    keyId === undefined
      ? 'may keep a key of this run as its current key.'
      : `keeps a key of this run as its current key (id ${keyId}; "npm run keys -- rotate" gives a higher id).`;
  const lines = [
    `Document Engine at ${url} ${key}`,
    '  The private half was in memory only, so nobody can sign with it any more. To let tokens of your own key in again, make that key current:',
    `  curl ${url}/api/secrets/jwt/rotate -H 'Authorization: Token token="API_AUTH_TOKEN"' -H 'Content-Type: application/json' -d '{"secret": "PUBLIC KEY IN PEM, line breaks as \\n"}'`,
    '  A restart with REPLACE_SECRETS_FROM_ENV=true does the same with the key in JWT_PUBLIC_KEY.',
  ];
  if (uploaded.length > 0) {
    lines.push(
      `  It also keeps the uploaded ${uploaded.length === 1 ? 'document' : 'documents'} ${uploaded.join(' and ')}. Remove one: curl -X DELETE ${url}/api/documents/${uploaded[0] ?? ''} -H 'Authorization: Token token="API_AUTH_TOKEN"'`,
    );
  }
  return lines.join('\n');
}
