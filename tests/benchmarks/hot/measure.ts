import { generateKeyPairSync, sign } from 'node:crypto';
import type { Report } from '../reporting/report.ts';
import { warmMint } from '../warm/warm-mint.ts';
import { reportOf } from './hot-report.ts';
import { profileOf } from './mint-profile.ts';
import { timesInTurns } from './warm-work.ts';

/** The number of repetitions. */
export interface HotRepetitions {
  /** Slices of each single piece of work, in turns. */
  readonly rounds: number;
  /** Calls in each. */
  readonly calls: number;
  /** Batches of 100, in turns with as many single mints. */
  readonly batches: number;
  /** Mints under the profiler. */
  readonly profiled: number;
}

const REPETITIONS: HotRepetitions = { rounds: 1000, calls: 20, batches: 300, profiled: 10_000 };

const DOCUMENTS = 100;

/** Measures a warm mint beside jose alone, a batch beside single mints, and where the time of a mint goes. */
export async function measure(): Promise<Report> {
  return measured(REPETITIONS, console.error);
}

/** @param say - shows the progress */
export async function measured(repetitions: HotRepetitions, say: (line: string) => void): Promise<Report> {
  const { rounds, calls, batches, profiled } = repetitions;
  const warm = await warmMint();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = Buffer.from(JSON.stringify(warm.claims));
  say(`measuring ${rounds * calls} mints beside jose alone …`);
  const single = await timesInTurns(
    {
      jose: { call: warm.sign, calls },
      mint: { call: warm.mint, calls },
      bare: { call: () => Promise.resolve(sign('sha256', signed, privateKey)), calls },
      bundled: { call: warm.signInBundle, calls },
    },
    rounds,
    Math.ceil(rounds / 5),
  );
  say(`measuring ${batches} batches of ${DOCUMENTS} beside single mints …`);
  const many = await warmMint(DOCUMENTS);
  const batch = await timesInTurns(
    { batch: { call: many.batch, calls: 1 }, mint: { call: many.mint, calls: DOCUMENTS } },
    batches,
    Math.ceil(batches / 5),
  );
  say(`profiling ${profiled} mints …`);
  const profile = await profileOf(warm.mint, profiled, warm.bundle);
  return reportOf({ single, batch, profile, documents: DOCUMENTS }, repetitions);
}
