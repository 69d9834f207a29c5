import * as z from 'zod/mini';
import { checkEnvironmentParameters } from '../../../infra/packaging/function-environment.ts';
import { checkStageParameters } from '../../../infra/stages/check-parameters.ts';
import { asVariable, DEFAULTS, PARAMETERS } from '../../../infra/stages/parameters.ts';
import { DocumentEngineClient } from '../../../lib/document-engine/index.ts';
import { GrantStore } from '../../../lib/grants/index.ts';
import { setGrantHandler } from '../../../lib/http/routes/grants/set-grant.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { authorizeCallerHandler, IssuerKeys } from '../../../lib/issuers/index.ts';
import type { Clock } from '../../../lib/runtime/clock.ts';
import { parseEnvironment } from '../../../lib/runtime/environment.ts';
import { createLogger, type Logger } from '../../../lib/runtime/log.ts';
import { callerRulesOf, ofCallers } from '../../../lib/wiring/parts/callers.ts';
import { trustedIssuersOf } from '../../../lib/wiring/parts/issuers.ts';
import { startDeployedApi, type DeployedApiOptions } from '../api-gateway/deployed-api.ts';
import { sendJson, type RawResponse } from '../http/raw-http.ts';
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
  /** Returns the lines that the gateway and the functions logged. */
  logged(): string;
  close(): Promise<void>;
}

type Variables = z.output<z.ZodMiniObject<typeof ofCallers>>;

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
  const parameters = { ...OTHERS, ...atLocalIssuers(recipe, issuers) };
  const variables = variablesOf(parameters);
  let logged = '';
  const log = createLogger(
    'debug',
    (line) => (logged += line),
    () => clock.now(),
  );
  const world = minting({ clock, callers: callerRulesOf(variables), log });
  const documentEngine = new DocumentEngineClient({
    url: 'http://127.0.0.1:1',
    apiToken: { current: () => Promise.resolve('unused'), forget: () => undefined },
    clock,
  });
  const api = await startDeployedApi({
    clock,
    ...authorizationOf(parameters, variables, { clock, log }),
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
    sendJson(api.url, { token, method, path, body });
  return {
    mint: (token, documentId) => send(token, 'POST', '/v1/tokens', { documentId }),
    grant: (token, documentId, principal) =>
      send(token, 'PUT', `/v1/documents/${documentId}/grants?${principal}`, { role: 'owner' }),
    logged: () => logged,
    close: () => api.close(),
  };
}

/** Reads the variables of the functions from the parameters, as packaging writes them. */
function variablesOf(parameters: Parameters): Variables {
  const texts = Object.entries(PARAMETERS).flatMap(([name, { variable }]) =>
    variable !== undefined && parameters[name] !== undefined
      ? [[variable, String(asVariable(name, parameters[name]))] as const]
      : [],
  );
  return parseEnvironment(z.object(ofCallers), Object.fromEntries(texts));
}

/** The authorizer of the API: API Gateway's own for one issuer, and the function for several. */
function authorizationOf(
  parameters: Parameters,
  { ISSUERS }: Variables,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Pick<DeployedApiOptions, 'caller' | 'authorizeCaller'> {
  const identitySource = '$request.header.Authorization';
  if (ISSUERS === undefined) {
    const audience = [parameters['audience']].flat().map(String);
    return { caller: { identitySource, issuer: String(parameters['issuer']), audience } };
  }
  const trusted = trustedIssuersOf(ISSUERS).map((issuer) => ({
    ...issuer,
    keys: new IssuerKeys(issuer, clock, log),
  }));
  return {
    caller: { identitySource, functionName: 'authorizeCaller', resultTtl: 60 },
    authorizeCaller: authorizeCallerHandler({ issuers: trusted, clock, log }),
  };
}

/** Replaces the addresses of the issuers by the local ones. */
function atLocalIssuers(recipe: Parameters, issuers: ProviderIssuers): Parameters {
  const { issuer, issuers: several } = recipe;
  return {
    ...recipe,
    ...(typeof issuer === 'string' && { issuer: issuers.localOf(issuer) }),
    ...(Array.isArray(several) && {
      issuers: several.map((it: { readonly issuer: string }) => ({
        ...it,
        issuer: issuers.localOf(it.issuer),
      })),
    }),
  };
}
