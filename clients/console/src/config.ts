import { list, object, oneOf, string } from './reading.ts';

/** An issuer with which people can sign in. */
export type ConsoleIssuer = ReturnType<typeof readIssuer>;

const readIssuer = object({ name: string, issuer: string, clientId: string });

const readConfig = object({
  stage: string,
  issuers: list(readIssuer),
  scopes: list(string),
  tokenUse: oneOf('access', 'id'),
  auditLog: object({ region: string, logGroup: string }),
});

/** The settings of the stage's console. */
export type ConsoleConfig = ReturnType<typeof readConfig>;

/** The address of the page without query and hash: the redirect URI of the sign-in. */
export const PAGE = location.origin + location.pathname;

/** The base URL of the API, which serves the page at `/console`. */
export const API = PAGE.replace(/\/console$/, '');

/** The sentence about a request without an answer. */
export const UNANSWERED = 'The service does not answer. Check your connection, and try again.';

/** Loads the settings. @throws Error if the service does not answer with them */
export async function loadConfig(): Promise<ConsoleConfig> {
  const answer = await fetch(`${PAGE}/config.json`).catch((cause: unknown) => {
    throw new Error(UNANSWERED, { cause });
  });
  if (!answer.ok) throw new Error(`The settings of the console could not be loaded (${answer.status}).`);
  return readConfig(await answer.json());
}
