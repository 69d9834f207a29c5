import type { PublicClient } from '../../stand-ins/issuer/index.ts';

/** The id of the console's client at the issuer. It has no secret: its code is a public web page. */
export const CONSOLE_CLIENT = 'console';

/** Names the address of the console. */
export const consoleOf = (api: string): string => `${api}/console`;

/**
 * Makes the console's client at the issuer. A sign-in leads to the console of this stack alone, by either name of this machine.
 *
 * @param api - gives the address of the API
 */
export function consoleClientOf(api: () => string): PublicClient {
  return {
    clientId: CONSOLE_CLIENT,
    isRedirectUri: (uri) => {
      const page = consoleOf(api());
      return uri === page || uri === page.replace('//127.0.0.1:', '//localhost:');
    },
  };
}
