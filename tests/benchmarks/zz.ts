import { holdersPerSweep, sweepPastDeadline, waitBehindOthers } from './measurements/sweeping.ts';
for (const m of [sweepPastDeadline, waitBehindOthers, holdersPerSweep]) { const t = Date.now(); console.log(m.what, await m.measure(), Date.now()-t); }
