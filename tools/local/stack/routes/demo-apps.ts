import type { LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import type { Issuer } from '../../stand-ins/issuer/index.ts';
import { mintOverApi, sampleAppRoutes } from '../../stand-ins/sample-apps/index.ts';
import { headerOf } from '../../stand-ins/api-gateway/index.ts';
import { isOfForeignPage } from '../../stand-ins/web-pages.ts';
import { DEMO_DOCUMENTS, DEMO_USERS } from '../demo/demo.ts';
import { notForThisMachine } from './this-machine.ts';

/** The paths of the apps' requests. */
const APP_PATH = /^\/(?:api|d)\//;

/**
 * Serves Nutrient's sample apps, in which each demo user opens the demo documents.
 *
 * @param api - the address of the API, which mints for them
 */
export function demoAppRoutes(api: Promise<string>, issuer: Pick<Issuer, 'tokenFor'>): LocalRoute {
  const users = new Map(DEMO_USERS.map((user) => [user.userId, user]));
  const answer = sampleAppRoutes({
    users: [...users.keys()],
    documents: DEMO_DOCUMENTS,
    mint: async (userId, request) => {
      const user = users.get(userId);
      if (user === undefined) throw new RangeError(`There is no demo user "${userId}"`);
      return mintOverApi(await api, await issuer.tokenFor(user), request);
    },
  });
  return async (request) => {
    // An emulator reaches this machine by another address, but never by a name.
    const addressed = { host: headerOf(request, 'host'), origin: headerOf(request, 'origin') };
    if (APP_PATH.test(request.target) && isOfForeignPage(addressed)) return notForThisMachine();
    return answer(request);
  };
}
