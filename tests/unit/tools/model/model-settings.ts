import type { CountedUse } from '../../../../tools/model/counted-use.ts';
import type { ModelSettings } from '../../../../tools/model/limits.ts';

/** A counted use with round numbers. A client asks again after 750 seconds, 200 more or fewer. */
export const use: CountedUse = {
  callMs: 10,
  mints: {
    renewal: { calls: 1, waitMs: 10, readUnits: 2, writeUnits: 0.5 },
    first: { calls: 3, waitMs: 30, readUnits: 8, writeUnits: 1 },
    afterAbsence: { calls: 2, waitMs: 20, readUnits: 4, writeUnits: 1 },
  },
  start: { secretCalls: 1, keyReadUnits: 1, waitMs: 20 },
  secretCallsAnHour: 12,
  refresh: { earliest: 550, latest: 950 },
  auditCalls: 1,
  backoff: 50,
};

/** The settings of a stage, with a warm mint of 20 ms and a cold one of 150 ms in a steady load. */
export const settings: ModelSettings = {
  throttleRatePerSecond: 200,
  throttleBurst: 400,
  documents: 10,
  workMs: { warm: 10, cold: 120 },
  use,
};
