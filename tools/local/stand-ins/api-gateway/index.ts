export type { Cors } from './cors.ts';
export type { HttpApiEvent } from './event.ts';
export {
  requestFailed,
  startGateway,
  type AnsweredRequest,
  type GatewayOptions,
  type HttpApi,
  type LocalRoute,
} from './gateway.ts';
export { headerOf, json, type HttpRequest, type HttpResponse } from './http-server.ts';
export { renderClaim } from './jwt-authorizer.ts';
export type { Route } from './routes.ts';
export { Throttle, type ThrottleLimit } from './throttle.ts';
export type { Listening as HttpServer } from '../listening.ts';
