import { hashOf } from './route.ts';

/** The token on its way to Inspect. It is in memory alone. */
let handed: string | undefined;

/** Opens Inspect with a token. No address has it. */
export function inspectToken(jwt: string): void {
  handed = jwt;
  location.hash = hashOf('inspect');
}

/** Takes the token that another section has handed over, once. Without one, the text is empty. */
export function takeHandedToken(): string {
  const jwt = handed ?? '';
  handed = undefined;
  return jwt;
}
