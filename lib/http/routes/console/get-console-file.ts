import type { Logger } from '../../../runtime/log.ts';
import { Problem } from '../../problems/problem.ts';
import * as routes from '../catalogue.ts';
import { route, type ApiHandler } from '../route.ts';
import {
  consoleAnswer,
  IMMUTABLE,
  REVALIDATED,
  type ConsoleFiles,
  type ConsoleSite,
} from './console-answer.ts';

/** The settings of the page, which no build knows. */
const CONFIG = 'config.json';

/**
 * Makes the handler of `GET /console/{file}`: the script, the style sheet and the icon of the page, and its settings.
 *
 * @param assets - the files without the page, which has one address alone: its relative links lead to the files from there
 */
export function getConsoleFileHandler(assets: ConsoleFiles, site: ConsoleSite, log: Logger): ApiHandler {
  const settings = { type: 'application/json', text: JSON.stringify(site.config) };
  return route(routes.getConsoleFile, log, (event) => {
    const name = event.pathParameters?.['file'] ?? '';
    if (name === CONFIG) return consoleAnswer(event, settings, REVALIDATED, site);
    const asset = Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (asset !== undefined) return consoleAnswer(event, asset, IMMUTABLE, site);
    throw new Problem('route-not-found', 'The console has no such file. Load the page again.');
  });
}
