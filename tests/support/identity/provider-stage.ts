import * as z from 'zod/mini';
import { checkEnvironmentParameters } from '../../../infra/packaging/function-environment.ts';
import { checkStageParameters } from '../../../infra/stages/check-parameters.ts';
import { asVariable, DEFAULTS, PARAMETERS } from '../../../infra/stages/parameters.ts';
import { DocumentEngineClient } from '../../../lib/document-engine/index.ts';
import { GrantStore } from '../../../lib/grants/index.ts';
import { setGrantHandler } from '../../../lib/http/routes/grants/set-grant.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import type { CallerRules } from '../../../lib/identity/index.ts';
import { parseEnvironment } from '../../../lib/runtime/environment.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { callerRulesOf, ofCallers } from '../../../lib/wiring/parts/callers.ts';
import type { HttpApi } from '../../../tools/local/stand-ins/api-gateway/index.ts';
import { startDeployedApi } from '../api-gateway/deployed-api.ts';
import { sendRaw, type RawResponse } from '../http/raw-http.ts';
import type { ManualClock } from '../runtime/clock.ts';
import { minting } from '../tokens/minting.ts';
import type { ProviderIssuers } from './provider-issuers.ts';
import type { Parameters } from './recipe.ts';

/** The rest of a stage, which no provider changes. */
const OTHERS: Parameters = {
  ...DEFAULTS,
  region: 'eu-central-1',
  documentEngineUrl: 'https://documents.example.com',
  documentEngineApiTokenSecretArn:
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:document-engine-api-token-AbCdEf',
  predecessorPublicKey: 'none',
};

/** A stage behind a gateway: its authorizer, the routes of tokens and grants, and a table in memory. */
export interface ProviderStage {
  /** Asks for a token of a document with a caller token. */
  mint(token: string, documentId: string): Promise<RawResponse>;
  /** Makes a principal, such as `user=alice`, an owner of a document. The principal is percent-encoded. */
  grant(token: string, documentId: string, principal: string): Promise<RawResponse>;
  /** Returns the last `authorizerError` of the access log. */
  authorizerError(): string;
  close(): Promise<void>;
}

/** Lists the faults that packaging finds in the parameters of a recipe. */
export function faultsOf(recipe: Parameters): string[] {
  const parameters = { ...OTHERS, ...recipe };
  return [
    ...checkStageParameters('prod', parameters),
    ...checkEnvironmentParameters(['mintToken', 'setGrant'], parameters),
  ];
}

/** Starts a stage with the parameters of a recipe. Its issuers are at their local addresses. */
export async function startProviderStage(
  recipe: Parameters,
  issuers: ProviderIssuers,
  clock: ManualClock,
): Promise<ProviderStage> {
  const parameters = { ...OTHERS, ...recipe };
  let logged = '';
  const log = createLogger(
    'debug',
    (line) => (logged += line),
    () => clock.now(),
  );
  const world = minting({ clock, callers: callersOf(parameters), log });
  const documentEngine = new DocumentEngineClient({
    url: 'http://127.0.0.1:1',
    apiToken: { current: () => Promise.resolve('unused'), forget: () => undefined },
    clock,
  });
  const api = await startDeployedApi({
    clock,
    caller: authorizerOf(parameters, issuers),
    write: (line) => (logged += line),
    handlers: {
      mintToken: mintTokenHandler(world),
      setGrant: setGrantHandler({
        ...world,
        store: new GrantStore(world.table),
        revocation: { ...world, documentEngine },
      }),
    },
  });
  const send = (token: string, method: string, path: string, body: unknown): Promise<RawResponse> =>
    sendRaw(api.url, {
      method,
      path,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    mint: (token, documentId) => send(token, 'POST', '/v1/tokens', { documentId }),
    grant: (token, documentId, principal) =>
      send(token, 'PUT', `/v1/documents/${documentId}/grants?${principal}`, { role: 'owner' }),
    authorizerError: () => [...logged.matchAll(/"authorizerError":("(?:[^"\\]|\\.)*")/g)].at(-1)?.[1] ?? '',
    close: () => api.close(),
  };
}

/** Reads the rules for callers as the functions do: from the variables of the stage. */
function callersOf(parameters: Parameters): CallerRules {
  const variables = Object.entries(PARAMETERS).flatMap(([name, { variable }]) =>
    variable !== undefined && parameters[name] !== undefined
      ? [[variable, asVariable(name, parameters[name])] as const]
      : [],
  );
  return callerRulesOf(
    parseEnvironment(z.object(ofCallers), Object.fromEntries(variables) as Record<string, string>),
  );
}

function authorizerOf(parameters: Parameters, issuers: ProviderIssuers): HttpApi['authorizers'][string] {
  return {
    identitySource: '$request.header.Authorization',
    issuer: issuers.localOf(String(parameters['issuer'])),
    audience: [parameters['audience']].flat().map(String),
  };
}
