export { coverUrl } from './cover.ts';
export { PROBE_CASES, type ProbeCase, type ProbeOutcome } from './probe-case.ts';
export { probeHandler } from './probe-event.ts';
export { Prober, type ProberOptions } from './prober.ts';
export { ProberSecretError, readProberSecret, type ProberSecret } from './prober-secret.ts';
export { sendBy, type Answer, type Send } from './send.ts';
export { forged, unsigned } from './tampered-tokens.ts';
