import { decodeJwt } from 'jose';
import { systemClock } from '../../../lib/runtime/clock.ts';
import {
  NoAnswerError,
  PROBE_WORDS,
  Probes,
  type ProbeCase,
  type ProbeOutcome,
  type Send,
} from '../../../lib/probes/index.ts';
import { call } from '../http-call.ts';
import type { CheckResult, Target } from './verification.ts';

/** A probe that must be refused. The two that must succeed are more than a probe here: their answers are checked as well. */
export type RefusedProbe = Exclude<ProbeCase, 'mint' | 'open-document'>;

/** A probe that was left out: the reason, and the thing to pass. */
interface NotTried {
  readonly notTried: string;
}

const VOUCH = 'layermint/vouch';

/** Tries each probe, or says why not. */
const TRIES: Readonly<
  Record<RefusedProbe, (probes: Probes, target: Target) => Promise<ProbeOutcome> | NotTried>
> = {
  'no-grant': (probes) => probes.noGrant(),
  'private-layer': (probes, { privateLayerPrefix }) =>
    privateLayerPrefix === undefined
      ? notTried(
          'the prefix of private layers is not known with --api: pass --stage, or the prefix as --private-layer-prefix',
        )
      : probes.privateLayer(privateLayerPrefix),
  'expired-caller-token': (probes, { expiredToken }) =>
    expiredToken === undefined
      ? notTried('it needs a token of the same issuer that has expired: set LAYERMINT_EXPIRED_TOKEN')
      : probes.expiredCallerToken(expiredToken),
  'forged-signature': (probes) => probes.forgedSignature(),
  'revoked-token': (probes, { revokes }) =>
    revokes
      ? revokedToken(probes)
      : notTried(
          "it would end the caller's tokens for the document on every device: pass --revoke to do that",
        ),
  'vouched-without-scope': (probes, { callerToken }) =>
    hasScope(callerToken, VOUCH)
      ? notTried(`this caller has the scope ${VOUCH}: set LAYERMINT_CALLER_TOKEN to a token without it`)
      : vouchedWithoutScope(probes),
};

const notTried = (reason: string): NotTried => ({ notTried: reason });

async function revokedToken(probes: Probes): Promise<ProbeOutcome> {
  const minted = await probes.mint();
  return probes.revokedToken(minted, await probes.open(minted));
}

async function vouchedWithoutScope(probes: Probes): Promise<ProbeOutcome> {
  const { outcome, detail = '' } = await probes.vouchedWithoutScope();
  // The stage can give scopes that no token shows.
  const unless = outcome === 'failed' ? `, unless the stage gives this caller the scope ${VOUCH}` : '';
  return { outcome, ...(detail !== '' && { detail: `${detail}${unless}` }) };
}

/** Makes the probes of a target. */
export function probesOf({ api, callerToken, documentId, layer }: Target): Probes {
  return new Probes({
    ...{ api, callerToken, documentId, send, clock: systemClock },
    ...(layer !== '' && { layer }),
  });
}

const OUTCOMES = { held: 'ok', failed: 'failed', 'not judged': 'not checked' } as const;

/** Tries what must be refused. It changes nothing, unless the target allows to revoke. */
export async function tryRefused(name: RefusedProbe, probes: Probes, target: Target): Promise<CheckResult> {
  const tried = await TRIES[name](probes, target);
  const check = PROBE_WORDS[name];
  if ('notTried' in tried)
    return { check, outcome: 'not checked', detail: `not tried, as ${tried.notTried}` };
  const { outcome, detail } = tried;
  return { check, outcome: OUTCOMES[outcome], ...(detail !== undefined && { detail }) };
}

/** Sends by `call`, which keeps tokens of this machine from the proxy of the environment. */
const send: Send = async (url, request) => {
  try {
    return await call(url, request);
  } catch (error) {
    throw new NoAnswerError(`it did not answer (${whyUnreachable(error)})`);
  }
};

/** Names the reason for a missing answer, without the URL, which may hold a token. */
export function whyUnreachable(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.name : 'no answer';
}

/** Looks for a scope under the names that issuers commonly use. Nothing is verified. */
function hasScope(token: string, scope: string): boolean {
  try {
    const { scope: one, scp: other } = decodeJwt(token);
    const texts = [one, other].flat().filter((it) => typeof it === 'string');
    return texts.flatMap((text) => text.split(' ')).includes(scope);
  } catch {
    // The API judges the token.
    return false;
  }
}
