import { parseArgs } from 'node:util';
import { installRuntimeClient } from './lambda-runtime/installation.ts';
import type { Measurement } from './measurement.ts';
import { againstKeyParsedPerCall } from './measurements/against-key-parsed-per-call.ts';
import { dynamoDBReads, otherAwsCalls } from './measurements/aws-calls.ts';
import { batchOfHundred } from './measurements/batch.ts';
import { coldStart } from './measurements/cold-start.ts';
import { readsAfterFirstHour, writesOfHolderItem } from './measurements/holder-item.ts';
import { callsOfIdleRevocation, readsOfIdleSweep } from './measurements/idle-revocation.ts';
import { memory } from './measurements/memory.ts';
import { packageSize } from './measurements/package-size.ts';
import { readUnits } from './measurements/read-units.ts';
import { holdersPerSweep, sweepPastDeadline, waitBehindOthers } from './measurements/sweeping.ts';
import { workBesideSigning } from './measurements/work-beside-signing.ts';
import { asJson, asTable, isMet, type Row } from './report.ts';

const MEASUREMENTS: readonly Measurement[] = [
  workBesideSigning,
  againstKeyParsedPerCall,
  batchOfHundred,
  coldStart,
  packageSize,
  memory,
  dynamoDBReads,
  otherAwsCalls,
  ...readUnits,
  ...writesOfHolderItem,
  readsAfterFirstHour,
  callsOfIdleRevocation,
  readsOfIdleSweep,
  sweepPastDeadline,
  waitBehindOthers,
  holdersPerSweep,
];

const HELP = `Usage: npm run bench -- [options]

Measures the budgets of the service, as ratios within one run, so that they mean the same on any machine.
Exits with 1 when an exact budget (a count, a size) is broken; times are reported only, as a busy machine moves them.

Options:
  --install-runtime  Install AWS's Node runtime client, which the cold start is measured with, into the user's cache
                     directory first (needs cmake and g++; some minutes, once)
  --json             Print JSON
  --help             Print this
`;

const { values } = parseArgs({
  options: {
    'install-runtime': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  if (values['install-runtime']) await installRuntimeClient();
  const rows: Row[] = [];
  for (const measurement of MEASUREMENTS) {
    console.error(`measuring ${measurement.what} …`);
    rows.push({ measurement, result: await measurement.measure() });
  }
  console.log(values.json ? asJson(rows) : asTable(rows));
  if (rows.some((row) => row.measurement.exact && isMet(row) === false)) process.exitCode = 1;
}
