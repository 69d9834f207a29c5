import type { Cors, HttpApi, Route } from '../../stand-ins/api-gateway/index.ts';
import { isOriginHere } from '../../stand-ins/web-pages.ts';
import type { ServiceConfig } from './service-config.ts';

/** A logical id in infra/stack/api/domain-mapping.yml. */
const DOMAIN_MAPPING = 'DomainMapping';

/** Reads the HTTP API of serverless.yml, with the defaults that the Serverless CLI fills in when it deploys. */
export function httpApiOf(config: ServiceConfig): HttpApi {
  const routes = Object.entries(config.functions).flatMap(([functionName, { events }]) =>
    events.flatMap(({ httpApi }) => (httpApi === undefined ? [] : [routeOf(httpApi, functionName)])),
  );
  const authorizers = Object.entries(config.provider.httpApi?.authorizers ?? {}).map(
    ([name, authorizer]) => [name, authorizerOf(authorizer)] as const,
  );
  const basePath = config.resources.Resources[DOMAIN_MAPPING]?.Properties['ApiMappingKey'];
  const accessLog = config.provider.logs?.httpApi?.format;
  return {
    routes,
    authorizers: Object.fromEntries(authorizers),
    cors: corsOf(config, routes),
    ...(typeof basePath === 'string' && { basePath: `/${basePath}` }),
    ...(accessLog && { accessLog }),
  };
}

/** Lets the pages of every port of this machine call an API with CORS settings. Its list of origins cannot leave the port open. */
export function forLocalPages(api: HttpApi): HttpApi {
  return api.cors === undefined ? api : { ...api, cors: { ...api.cors, allowsToo: isOriginHere } };
}

type AuthorizerConfig = NonNullable<NonNullable<ServiceConfig['provider']['httpApi']>['authorizers']>[string];

function authorizerOf(config: AuthorizerConfig): HttpApi['authorizers'][string] {
  const { identitySource } = config;
  if (config.type === 'jwt') return { identitySource, issuer: config.issuerUrl, audience: config.audience };
  return { identitySource, functionName: config.functionName, resultTtl: config.resultTtlInSeconds };
}

type HttpApiEvent = NonNullable<ServiceConfig['functions'][string]['events'][number]['httpApi']>;

/** Reads a route: `*`, `GET /path`, or the same as an object. */
function routeOf(event: HttpApiEvent, functionName: string): Route {
  const { method = '*', path, authorizer } = typeof event === 'string' ? parseShort(event) : event;
  const key = path === '*' ? '$default' : `${method === '*' ? 'ANY' : method.toUpperCase()} ${path}`;
  return {
    key,
    functionName,
    ...(authorizer && { authorizer: authorizer.name }),
    ...(authorizer?.scopes && { scopes: authorizer.scopes }),
  };
}

function parseShort(event: string): Exclude<HttpApiEvent, string> {
  const [method, path] = event.split(' ');
  return path === undefined ? { path: '*' } : { ...(method !== undefined && { method }), path };
}

const DEFAULT_CORS_HEADERS = [
  'Content-Type',
  'X-Amz-Date',
  'Authorization',
  'X-Api-Key',
  'X-Amz-Security-Token',
  'X-Amz-User-Agent',
  'X-Amzn-Trace-Id',
];

function corsOf(config: ServiceConfig, routes: readonly Route[]): Cors | undefined {
  const cors = config.provider.httpApi?.cors ?? false;
  if (cors === false) return undefined;
  const settings = cors === true ? {} : cors;
  return {
    allowedOrigins: settings.allowedOrigins ?? ['*'],
    allowedHeaders: settings.allowedHeaders ?? DEFAULT_CORS_HEADERS,
    allowedMethods: settings.allowedMethods ?? methodsOf(routes),
    allowCredentials: settings.allowCredentials ?? false,
    exposedHeaders: settings.exposedResponseHeaders ?? [],
    maxAge: settings.maxAge,
  };
}

function methodsOf(routes: readonly Route[]): string[] {
  const methods = routes.map(({ key }) => key.split(' ')[0] ?? '');
  return methods.some((method) => method === 'ANY' || method === '$default')
    ? ['OPTIONS', 'GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'DELETE']
    : [...new Set(['OPTIONS', ...methods])];
}
