import * as z from 'zod/mini';
import type { CallerRules, ClaimRules, IssuerNames } from '../../../../lib/identity/index.ts';
import { FETCH_TIMEOUT, MAX_ANSWER_BYTES } from '../../../../lib/issuers/index.ts';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import { callerRulesOf, ofCallers } from '../../../../lib/wiring/parts/callers.ts';
import { trustedIssuersOf } from '../../../../lib/wiring/parts/issuers.ts';
import { asVariable, DEFAULTS } from '../../../../infra/stages/parameters.ts';
import { CALLERS } from '../../../../infra/stages/parameters/callers.ts';
import type { CheckedStage } from '../checked-stage.ts';

/** The system that verifies caller tokens, with its limits. */
export interface Verifier {
  /** Its name within a sentence. */
  readonly subject: 'API Gateway' | 'the authorizer';
  /** The longest that it waits for an answer of the issuer. */
  readonly waits: Milliseconds;
  /** The largest key set that it reads, in bytes. */
  readonly maxBytes: number;
}

/** An issuer of a stage. */
export interface CheckedIssuer {
  /** The stage's name of it; absent if the stage has one issuer, as `issuer`. */
  readonly name?: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly audience: readonly string[];
  /** The algorithms of its tokens. */
  readonly algorithms: readonly string[];
  /** The address of its keys, in place of the one in its discovery document. */
  readonly jwksUri?: string;
  readonly verifier: Verifier;
  readonly claims: ClaimRules;
  /** The rules for the names of its users; absent if the stage has one issuer. */
  readonly names?: IssuerNames;
}

/** The settings of a stage for its callers. */
export interface CallerSettings {
  readonly issuers: readonly CheckedIssuer[];
  readonly backends: CallerRules['backends'];
}

/** The algorithms of caller tokens that API Gateway's JWT authorizer verifies: RSA with PKCS #1 padding (RFC 7518 section 3.3). */
export const GATEWAY_ALGORITHMS: readonly string[] = ['RS256', 'RS384', 'RS512'];

// API Gateway developer guide, "Quotas for configuring and running an HTTP API".
const GATEWAY: Verifier = { subject: 'API Gateway', waits: 1500, maxBytes: 150_000 };

const AUTHORIZER: Verifier = { subject: 'the authorizer', waits: FETCH_TIMEOUT, maxBytes: MAX_ANSWER_BYTES };

const Variables = z.object(ofCallers);

/**
 * Reads the settings of a stage for its callers, by the schemas of the functions.
 *
 * @returns undefined if they are not valid. The check of the stage's parameters then names the fault
 */
export function callerSettingsOf({
  parameters,
}: Pick<CheckedStage, 'parameters'>): CallerSettings | undefined {
  const { data } = z.safeParse(Variables, variablesOf(parameters));
  if (data === undefined) return undefined;
  const { claims, backends, issuers: rules } = callerRulesOf(data);
  if (data.ISSUERS === undefined) return { issuers: oneIssuer(parameters, claims), backends };
  const issuers = trustedIssuersOf(data.ISSUERS).flatMap((issuer) => {
    const own = rules?.get(issuer.name);
    return own === undefined
      ? []
      : [{ ...issuer, verifier: AUTHORIZER, claims: own.claims, names: own.names }];
  });
  return { issuers, backends };
}

function variablesOf(parameters: CheckedStage['parameters']): Record<string, string> {
  const set = Object.entries(CALLERS.parameters).flatMap(([name, { variable }]) => {
    const value = asVariable(name, parameters[name] ?? DEFAULTS[name] ?? '');
    return variable === undefined || value === '' ? [] : [[variable, String(value)] as const];
  });
  return Object.fromEntries(set);
}

function oneIssuer(
  { issuer, audience }: CheckedStage['parameters'],
  claims: ClaimRules,
): readonly CheckedIssuer[] {
  if (typeof issuer !== 'string' || issuer === '') return [];
  const accepted = [audience].flat().filter((it) => typeof it === 'string');
  return [{ issuer, audience: accepted, algorithms: GATEWAY_ALGORITHMS, verifier: GATEWAY, claims }];
}

/** Names an issuer within a sentence. */
export const inSentence = ({ name }: Pick<CheckedIssuer, 'name'>): string =>
  name === undefined ? 'the issuer' : `the issuer ${JSON.stringify(name)}`;

/** Names a setting of an issuer in infra/stages/stages.yml. */
export const settingOf = ({ name }: Pick<CheckedIssuer, 'name'>, setting: string): string =>
  name === undefined ? `"${setting}"` : `"${setting}" of ${JSON.stringify(name)} in "issuers"`;
