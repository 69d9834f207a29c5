export { coverUrl } from './cover.ts';
export { notJudged, PROBE_CASES, PROBE_WORDS, type ProbeCase, type ProbeOutcome } from './probe-case.ts';
export { probeHandler } from './probe-event.ts';
export { Prober, type ProberOptions } from './prober.ts';
export { Probes, type Probed } from './probes.ts';
export { ProberSecretError, readProberSecret, type ProberSecret } from './prober-secret.ts';
export { NoAnswerError, sendBy, type Answer, type Send } from './send.ts';
