import type { LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import type { Issuer } from '../../stand-ins/issuer/index.ts';
import { mintOverApi, sampleAppRoutes } from '../../stand-ins/sample-apps/index.ts';
import { DEMO_DOCUMENTS, DEMO_USERS } from '../demo/demo.ts';
import { isForThisMachine, notForThisMachine } from './this-machine.ts';

/** The paths of the apps' requests. */
const APP_PATH = /^\/(?:api|d|as)\//;

/** The demo documents in place of those of Nutrient's example server, by the ids that the apps have in their sources. */
const ALIASES = {
  'board-meeting': 'contract-2026',
  'collaboration-permissions': 'contract-2026',
  'construction-plan': 'floor-plan',
  'instant-landing-page': 'contract-2026',
  'marketing-department-schedule': 'contract-2026',
};

/**
 * Serves Nutrient's sample apps, in which each demo user opens the demo documents.
 *
 * @param api - the address of the API, which mints for them
 */
export function demoAppRoutes(api: string, issuer: Pick<Issuer, 'tokenFor'>): LocalRoute {
  const users = new Map(DEMO_USERS.map((user) => [user.userId, user]));
  const answer = sampleAppRoutes({
    users: [...users.keys()],
    documents: DEMO_DOCUMENTS,
    aliases: ALIASES,
    mint: async (userId, request) => {
      const user = users.get(userId);
      if (user === undefined) throw new RangeError(`There is no demo user "${userId}"`);
      return mintOverApi(api, await issuer.tokenFor(user), request);
    },
  });
  return async (request) => {
    if (isForThisMachine(request)) return answer(request);
    // Not even asked for other paths: it decodes them, so that `/%61pi/documents` is one of its own.
    return APP_PATH.test(request.target) ? notForThisMachine() : undefined;
  };
}
