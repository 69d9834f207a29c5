import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createLogger } from '../../../lib/runtime/log.ts';
import { toSeconds } from '../../../lib/runtime/time.ts';
import { httpApiOf } from '../../../tools/local/stack/service/http-api.ts';
import { ServiceConfig } from '../../../tools/local/stack/service/service-config.ts';
import {
  startGateway,
  type HttpApiEvent,
  type HttpServer,
} from '../../../tools/local/stand-ins/api-gateway/index.ts';
import { type RawRequest, type RawResponse, sendRaw } from '../http/raw-http.ts';
import { startTokenIssuer, type TokenIssuer } from '../identity/token-issuer.ts';
import { ManualClock } from '../runtime/clock.ts';

/** The gateway's time at the start, in milliseconds since the Unix epoch. */
export const NOW = Date.parse('2026-11-24T10:20:30.456Z');

/** The gateway's time in whole seconds, as JWT counts them. */
export const NOW_SECONDS = toSeconds(NOW);

/** The issuer of the tokens that the gateway's authorizer accepts. */
export let issuer: TokenIssuer;

/** The functions behind the gateway: their calls so far, and their answer in the current test. */
export const functions: {
  calls: { readonly functionName: string; readonly event: HttpApiEvent }[];
  respond: () => unknown;
} = { calls: [], respond: () => undefined };

/** The gateway's log lines during the current test. */
export let logged = '';

const clock = new ManualClock(NOW);
let gateway: HttpServer;

/**
 * Starts a gateway for the tests of a file, and stops it after them.
 *
 * @param cors - the value of `httpApi.cors` in serverless.yml
 */
export function useGateway(cors: unknown = false): void {
  beforeAll(async () => {
    issuer = await startTokenIssuer('layermint', clock);
    gateway = await startGateway({
      port: 0,
      api: httpApiOf(serviceConfig(cors)),
      clock,
      log: createLogger('debug', (line) => {
        logged += line;
      }),
      invoke: async (functionName, event) => {
        functions.calls.push({ functionName, event: event as HttpApiEvent });
        return Promise.resolve(functions.respond());
      },
    });
  });
  beforeEach(() => {
    logged = '';
    functions.calls = [];
    functions.respond = () => ({ statusCode: 204 });
  });
  afterAll(async () => {
    await Promise.all([gateway.close(), issuer.close()]);
  });
}

/** Sends a request to the gateway. */
export const send = (request: RawRequest): Promise<RawResponse> => sendRaw(gateway.url, request);

/** Sends a request, and returns the event of the first function call. */
export async function eventOf(request: RawRequest): Promise<HttpApiEvent> {
  await send(request);
  const [call] = functions.calls;
  if (call === undefined) throw new Error('No function was called');
  return call.event;
}

/** Names the function that a request reaches. */
export async function functionFor(method: string, path: string): Promise<string | undefined> {
  functions.calls = [];
  await send({ method, path });
  return functions.calls[0]?.functionName;
}

/** Makes a service as `osls print --format json` resolves it. */
function serviceConfig(cors: unknown): ServiceConfig {
  const route = (method: string, path: string, authorizer?: unknown): unknown => ({
    httpApi: { method, path, ...(authorizer !== undefined && { authorizer }) },
  });
  const handler = 'functions/any.handler';
  return ServiceConfig.parse({
    provider: {
      httpApi: {
        cors,
        authorizers: {
          caller: {
            type: 'jwt',
            identitySource: '$request.header.Authorization',
            issuerUrl: issuer.url,
            audience: 'layermint',
          },
        },
      },
    },
    functions: {
      tokens: {
        handler,
        events: [
          route('POST', '/v1/tokens', { name: 'caller' }),
          route('GET', '/v1/scoped', { name: 'caller', scopes: ['grants/read', 'grants/admin'] }),
        ],
      },
      documents: { handler, events: [route('GET', '/v1/documents/{documentId}/grants')] },
      greedy: { handler, events: [route('ANY', '/v1/{rest+}'), route('*', '/v1/documents/shared/grants')] },
      short: { handler, events: [{ httpApi: 'get /short' }] },
      fallback: { handler, events: [{ httpApi: '*' }] },
      sweeper: { handler, events: [{ schedule: 'rate(1 minute)' }] },
    },
  });
}
