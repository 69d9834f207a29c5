import type { Measured } from '../../../../tools/cost/measured.ts';

/** A measured stage with round numbers, whose functions have half a processor. */
export const measured: Measured = {
  date: '2026-01-31',
  machine: { cpu: 'Processor', cores: 2, load: 0, node: 'v24.0.0' },
  stage: {
    name: 'example',
    memoryMb: 884.5,
    routes: 13,
    detailedMetrics: false,
    throttleRatePerSecond: 200,
    throttleBurst: 400,
    secrets: 1,
    alarms: 0,
    dashboards: 0,
    logRetentionDays: 30,
    schedules: { sweep: 1 },
    accessLogBytes: 100,
  },
  mint: {
    cold: { cpuMs: 100, logBytes: 300, answerBytes: 1000 },
    warm: { cpuMs: 1, logBytes: 300, answerBytes: 1000 },
    batch: { cpuMs: 20, logBytes: 3000, answerBytes: 100_000 },
  },
  sweep: { cpuMs: 2, logBytes: 0, answerBytes: 0, queries: 16 },
  start: { secretCalls: 1, keyReads: 1 },
  minting: {
    usual: { tokens: 10, requests: 10, calls: 10, readUnits: 20, writeUnits: 5 },
    newUsers: { tokens: 10, requests: 10, calls: 30, readUnits: 40, writeUnits: 20 },
    batches: { tokens: 1000, requests: 10, calls: 1000, readUnits: 2000, writeUnits: 500 },
  },
  items: { grant: 200, holder: 300 },
};
