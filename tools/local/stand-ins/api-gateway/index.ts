export type { Cors } from './cors.ts';
export type { HttpApiEvent } from './event.ts';
export {
  requestFailed,
  startGateway,
  type GatewayOptions,
  type HttpApi,
  type LocalRoute,
} from './gateway.ts';
export {
  assertPortFree,
  headerOf,
  json,
  PortTakenError,
  type HttpRequest,
  type HttpResponse,
  type HttpServer,
} from './http-server.ts';
export { renderClaim } from './jwt-authorizer.ts';
export type { Route } from './routes.ts';
