import { readFileSync } from 'node:fs';
import * as z from 'zod';

const count = z.number().nonnegative();

/** The work of a function for one invocation in a process, beside its calls of AWS. */
const Work = z.object({
  /** Milliseconds of processor time, of one whole processor of the machine. */
  cpuMs: count,
  /** The bytes of the function's own log lines. */
  logBytes: count,
  /** The bytes of the answer's body; 0 without one. */
  answerBytes: count,
});

/** The calls of DynamoDB for a number of tokens. */
const Minting = z.object({
  tokens: count,
  requests: count,
  /** Calls of DynamoDB. A mint makes them one after the other. */
  calls: count,
  readUnits: count,
  writeUnits: count,
});

const Measured = z.object({
  /** The day of the measurement. */
  date: z.string(),
  machine: z.object({ cpu: z.string(), cores: count, load: count, node: z.string() }),
  /** The measured stage, and the parts of its template and its parameters that cost something or limit something. */
  stage: z.object({
    name: z.string(),
    memoryMb: count,
    routes: count,
    detailedMetrics: z.boolean(),
    throttleRatePerSecond: count,
    throttleBurst: count,
    secrets: count,
    /** The metrics in alarms: an alarm on an expression has one for each metric of it. */
    alarms: count,
    dashboards: count,
    logRetentionDays: count,
    /** The minutes between two invocations of each scheduled function, by the resource's id. */
    schedules: z.record(z.string(), count),
    /** The length of a line of the access log. */
    accessLogBytes: count,
  }),
  mint: z.object({ cold: Work, warm: Work, batch: Work }),
  sweep: Work.extend({ queries: count }),
  /** Calls of Secrets Manager, and reads of the partition of published keys, by a process that starts to mint. */
  start: z.object({ secretCalls: count, keyReads: count }),
  minting: z.object({ usual: Minting, newUsers: Minting, batches: Minting }),
  /** The bytes of one item in the table. */
  items: z.object({ grant: count, holder: count }),
});

/** The measured and counted use of AWS, from which the costs are computed. */
export type Measured = z.output<typeof Measured>;

/** The name of a way to mint. */
export type MintingName = keyof Measured['minting'];

/** The file in which `npm run cost -- --write` keeps its last measurement. */
export const MEASURED_FILE = new URL('measured.json', import.meta.url);

/** Reads the last measurement. @throws ZodError for another form of file */
export function readMeasured(): Measured {
  return Measured.parse(JSON.parse(readFileSync(MEASURED_FILE, 'utf8')));
}
