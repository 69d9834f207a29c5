/** Replaces the signature of a JWT with a wrong one. */
export function forged(jwt: string): string {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const first = signature.startsWith('A') ? 'B' : 'A';
  return `${header}.${payload}.${first}${signature.slice(1)}`;
}

/** Makes a JWT one that asks for no signature (RFC 7518 section 3.6). Its signature stays, so that it has three parts. */
export function unsigned(jwt: string): string {
  const [, payload = '', signature = ''] = jwt.split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
  return `${header}.${payload}.${signature}`;
}
