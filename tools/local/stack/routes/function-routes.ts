import { headerOf, json, type HttpRequest, type LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import type { FunctionDefinition, Functions } from '../../stand-ins/lambda/index.ts';
import { FUNCTIONS_PATH } from './paths.ts';
import { isForThisMachine, notForThisMachine } from './this-machine.ts';

/** A function, as commands see it. */
export interface FunctionDescription {
  readonly name: string;
  /** The function's `process.env` without its AWS credentials, which commands derive themselves. */
  readonly environment: Readonly<Record<string, string>>;
}

const CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

const PATH = new RegExp(`^${FUNCTIONS_PATH}/([A-Za-z]+)(?:/(restart|invoke))?$`);

/**
 * Serves commands that work on a stack as they do on AWS, below {@link FUNCTIONS_PATH}: `GET` lists the functions with a schedule,
 * `GET {name}` shows a function's environment,
 * `POST {name}/restart` replaces its processes, and `POST {name}/invoke` calls it with an empty event. Requests from other machines
 * and from web pages are refused.
 */
export function functionRoutes(
  definitions: readonly FunctionDefinition[],
  functions: Pick<Functions, 'invoke' | 'restart'>,
  scheduled: readonly string[],
): LocalRoute {
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  return async (request) => {
    if (request.method === 'GET' && request.target === FUNCTIONS_PATH) {
      if (!isForThisMachine(request) || isFromWebPage(request)) return notForThisMachine();
      return json(200, { scheduled }, { 'cache-control': 'no-store' });
    }
    const [, name = '', action] = PATH.exec(request.target) ?? [];
    const definition = known.get(name);
    if (definition === undefined) return undefined;
    if (!isForThisMachine(request) || isFromWebPage(request)) return notForThisMachine();
    if (request.method === 'GET' && action === undefined) {
      const variables = Object.entries(definition.environment).filter(
        ([variable]) => !CREDENTIALS.includes(variable),
      );
      const description: FunctionDescription = { name, environment: Object.fromEntries(variables) };
      return json(200, description, { 'cache-control': 'no-store' });
    }
    if (request.method !== 'POST') return undefined;
    if (action === 'restart') await functions.restart(name);
    else if (action === 'invoke') await functions.invoke(name, {});
    else return undefined;
    return json(200, { name });
  };
}

/** Recognizes a browser's request from a web page: browsers add `Origin` to it. */
function isFromWebPage(request: HttpRequest): boolean {
  return headerOf(request, 'origin') !== undefined;
}
