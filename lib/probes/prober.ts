import type { Clock } from '../runtime/clock.ts';
import { fetchCallerToken } from './caller-token.ts';
import { held, notJudged, PROBE_CASES, type ProbeCase, type ProbeOutcome } from './probe-case.ts';
import { hasExpired, Probes, type Probed } from './probes.ts';
import { ProberSecretError, type ProberSecret } from './prober-secret.ts';

/** The surroundings of a prober. */
export interface ProberOptions extends Pick<Probed, 'api' | 'documentId' | 'send'> {
  readonly privateLayerPrefix: string;
  readonly secret: () => Promise<ProberSecret>;
  readonly clock: Clock;
}

/** The credentials of one run. */
interface Run {
  readonly secret: ProberSecret;
  readonly callerToken: string;
}

/**
 * A client of the service that tries what must work and what must be refused, from outside. It has no rights but those of its own
 * client at the identity provider, and its one grant on the probe document.
 */
export class Prober {
  readonly #options: ProberOptions;
  /** A caller token of an earlier run, kept until it has expired. */
  #kept: string | undefined;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** Makes every probe once. It does not throw for anything that a service or a provider answers. */
  async probe(): Promise<ReadonlyMap<ProbeCase, ProbeOutcome>> {
    const run = await this.#begin();
    if (typeof run === 'string') return new Map(PROBE_CASES.map((name) => [name, notJudged(run)]));
    const { privateLayerPrefix, ...options } = this.#options;
    const probes = new Probes({ ...options, callerToken: run.callerToken });
    const minted = await probes.mint();
    const opened = await probes.open(minted);
    const outcomes: Readonly<Record<ProbeCase, ProbeOutcome>> = {
      mint: 'jwt' in minted ? held : minted,
      'open-document': opened,
      'no-grant': await probes.noGrant(),
      'private-layer': await probes.privateLayer(privateLayerPrefix),
      'expired-caller-token': await this.#expired(run, probes),
      'forged-signature': await probes.forgedSignature(),
      'revoked-token': await probes.revokedToken(minted, opened),
      'vouched-without-scope': await probes.vouchedWithoutScope(),
    };
    return new Map(PROBE_CASES.map((name) => [name, outcomes[name]]));
  }

  /** @returns the reason if there is no caller token */
  async #begin(): Promise<Run | string> {
    try {
      const secret = await this.#options.secret();
      const callerToken = await fetchCallerToken(secret, this.#options.send);
      return { secret, callerToken };
    } catch (error) {
      if (error instanceof ProberSecretError) return error.message;
      throw error;
    }
  }

  async #expired({ secret, callerToken }: Run, probes: Probes): Promise<ProbeOutcome> {
    const kept = this.#kept;
    const own = kept !== undefined && hasExpired(kept, this.#options.clock) ? kept : undefined;
    if (kept === undefined || own !== undefined) this.#kept = callerToken;
    const token = secret.expiredToken ?? own;
    return token === undefined
      ? notJudged('No caller token of the prober has expired yet')
      : probes.expiredCallerToken(token);
  }
}
