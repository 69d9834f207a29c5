import { environment as authorizeCaller } from './authorize-caller.ts';
import { environment as checkKeys } from './check-keys.ts';
import { environment as explainToken } from './explain-token.ts';
import { environment as fallback } from './fallback.ts';
import { environment as getConsole } from './get-console.ts';
import { environment as getCaller } from './get-caller.ts';
import { environment as getHealth } from './get-health.ts';
import { environment as getKeys } from './get-keys.ts';
import { environment as getRevocation } from './get-revocation.ts';
import { environment as inspectToken } from './inspect-token.ts';
import { environment as listDocuments } from './list-documents.ts';
import { environment as listGrants } from './list-grants.ts';
import { environment as mintBackendToken } from './mint-backend-token.ts';
import { environment as mintToken } from './mint-token.ts';
import { environment as probeService } from './probe-service.ts';
import { environment as recordAudit } from './record-audit.ts';
import { environment as revokeTokens } from './revoke-tokens.ts';
import { environment as rotateSigningKey } from './rotate-signing-key.ts';
import { environment as setGrant } from './set-grant.ts';
import { environment as sweepRevocations } from './sweep-revocations.ts';

/** The environment of each function by its name, for packaging and tools. A function itself imports only its own. */
export const ENVIRONMENTS = {
  mintToken,
  inspectToken,
  explainToken,
  mintBackendToken,
  getKeys,
  listGrants,
  setGrant,
  listDocuments,
  revokeTokens,
  getRevocation,
  sweepRevocations,
  rotateSigningKey,
  recordAudit,
  checkKeys,
  probeService,
  getCaller,
  getHealth,
  getConsole,
  fallback,
  authorizeCaller,
};

/** The name of a function. */
export type FunctionName = keyof typeof ENVIRONMENTS;

/** The names of all functions. */
export const FUNCTIONS: readonly FunctionName[] = Object.keys(ENVIRONMENTS).filter(isFunctionName);

/** Tells whether there is a function of this name. */
export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(ENVIRONMENTS, name);
}

/** Lists the variables that a function reads. */
export function variablesOf(name: FunctionName): string[] {
  return Object.keys(ENVIRONMENTS[name].shape);
}
