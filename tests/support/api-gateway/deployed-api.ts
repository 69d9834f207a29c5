import type { AuthorizerHandler } from '../../../lib/issuers/index.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { systemClock, type Clock } from '../../../lib/runtime/clock.ts';
import type { ApiEvent, ApiHandler } from '../../../lib/http/routes/route.ts';
import { httpApiOf } from '../../../tools/local/stack/service/http-api.ts';
import { ServiceConfig } from '../../../tools/local/stack/service/service-config.ts';
import {
  startGateway,
  type HttpApi,
  type HttpServer,
} from '../../../tools/local/stand-ins/api-gateway/index.ts';
import { lambdaContext } from '../http/events.ts';
import { deployedFunctions, readYaml } from '../template/function-files.ts';

export interface DeployedApiOptions {
  /** The handlers behind the API's routes, by the functions' names. */
  readonly handlers: Readonly<Record<string, ApiHandler>>;
  /** The function of a Lambda authorizer. */
  readonly authorizeCaller?: AuthorizerHandler;
  /** The stage's `corsOrigins`. */
  readonly corsOrigins?: readonly string[];
  /** The stage's `basePath`. */
  readonly basePath?: string;
  /** The authorizer of caller tokens. One that accepts no token unless given. */
  readonly caller?: HttpApi['authorizers'][string];
  /** The system's clock unless given. */
  readonly clock?: Clock;
  /** Gets the gateway's log lines. */
  readonly write?: (line: string) => void;
}

/** Serves the routes of infra/functions with the CORS settings of infra/stack/api and the given handlers, on a free port. */
export async function startDeployedApi(options: DeployedApiOptions): Promise<HttpServer> {
  const { handlers, authorizeCaller, caller, clock = systemClock, write = () => undefined } = options;
  const api = httpApiOf(await configOf(options));
  return startGateway({
    port: 0,
    api: caller === undefined ? api : { ...api, authorizers: { ...api.authorizers, caller } },
    clock,
    log: createLogger('debug', write),
    invoke: async (functionName, event) => {
      if (functionName === 'authorizeCaller' && authorizeCaller !== undefined)
        return authorizeCaller(event as Parameters<AuthorizerHandler>[0]);
      const handler = handlers[functionName];
      if (handler === undefined) throw new Error(`This test has no handler for ${functionName}`);
      return handler(event as ApiEvent, lambdaContext());
    },
  });
}

async function configOf({ corsOrigins, basePath }: DeployedApiOptions): Promise<ServiceConfig> {
  const { given } = (await readYaml('infra/stack/api/cors.yml')) as { given: object };
  const { provider } = (await readYaml('serverless.yml')) as { provider: { logs: object } };
  const caller = {
    identitySource: '$request.header.Authorization',
    issuerUrl: 'http://127.0.0.1:1',
    audience: 'any',
  };
  return ServiceConfig.parse({
    provider: {
      logs: provider.logs,
      httpApi: {
        authorizers: { caller },
        ...(corsOrigins && { cors: { ...given, allowedOrigins: corsOrigins } }),
      },
    },
    functions: await deployedFunctions(),
    resources: {
      Resources: {
        ...(basePath !== undefined && {
          DomainMapping: {
            Type: 'AWS::ApiGatewayV2::ApiMapping',
            Properties: { ApiMappingKey: basePath },
          },
        }),
      },
    },
  });
}
