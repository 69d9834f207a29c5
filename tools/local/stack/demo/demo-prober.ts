import { randomBytes } from 'node:crypto';
import { type Clock, secondsOf } from '../../../../lib/runtime/clock.ts';
import { DAY } from '../../../../lib/runtime/time.ts';
import type { Caller, Issuer } from '../../stand-ins/issuer/index.ts';
import type { DemoDocument } from './demo.ts';

/** A prober's client at the issuer, with a secret of its own. */
export type DemoProber = Caller & { readonly clientSecret: string };

const USER_ID = 'prober';

/** The document that the prober opens. It is not among the demo documents, so that no list of theirs shows it. */
export const PROBE_DOCUMENT: DemoDocument = {
  id: 'probe-document',
  layers: [''],
  grants: [
    { principal: { kind: 'user', id: USER_ID }, role: 'thumbnail', layers: ['*'], privateLayer: false },
  ],
};

/** Makes the prober's client, with a new secret. It has no scope. */
export const createProber = (): DemoProber => ({
  userId: USER_ID,
  groups: [],
  scopes: [],
  clientSecret: randomBytes(32).toString('base64url'),
});

/** Writes the prober's secret as docs/probes.md describes it. The expired token lets every probe be judged from the first run on. */
export async function proberSecretOf(
  prober: DemoProber,
  { tokenEndpoint, tokenFor }: Pick<Issuer, 'tokenEndpoint' | 'tokenFor'>,
  clock: Clock,
): Promise<string> {
  return JSON.stringify({
    tokenEndpoint,
    clientId: prober.userId,
    clientSecret: prober.clientSecret,
    authentication: 'post',
    expiredToken: await tokenFor(prober, secondsOf(clock) - DAY),
  });
}
