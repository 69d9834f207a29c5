import type { Logger } from '../../../runtime/log.ts';
import { Problem } from '../../problems/problem.ts';
import * as routes from '../catalogue.ts';
import { route, type ApiHandler } from '../route.ts';
import { consoleAnswer, REVALIDATED, type ConsoleFile, type ConsoleSite } from './console-answer.ts';

/** Makes the handler of `GET /console`: the page. @param page - its file; absent if the build has none */
export function getConsoleHandler(page: ConsoleFile | undefined, site: ConsoleSite, log: Logger): ApiHandler {
  return route(routes.getConsole, log, (event) => {
    if (page === undefined) throw new Problem('route-not-found', 'This stage has no page of the console.');
    return consoleAnswer(event, page, REVALIDATED, site);
  });
}
