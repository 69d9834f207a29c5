import type { LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import type { Issuer } from '../../stand-ins/issuer/index.ts';
import { mintOverApi, sampleAppRoutes } from '../../stand-ins/sample-apps/index.ts';
import { DEMO_CALLERS, DEMO_DOCUMENTS } from '../demo/demo.ts';

/**
 * Serves Nutrient's sample apps, in which each demo user opens the demo documents.
 *
 * @param api - the address of the API, which mints for them
 */
export function demoAppRoutes(api: Promise<string>, issuer: Pick<Issuer, 'tokenFor'>): LocalRoute {
  const users = new Map(
    DEMO_CALLERS.filter(({ scopes }) => scopes === undefined).map((user) => [user.userId, user]),
  );
  return sampleAppRoutes({
    users: [...users.keys()],
    documents: DEMO_DOCUMENTS,
    mint: async (userId, request) => {
      const user = users.get(userId);
      if (user === undefined) throw new RangeError(`There is no demo user "${userId}"`);
      return mintOverApi(await api, await issuer.tokenFor(user), request);
    },
  });
}
