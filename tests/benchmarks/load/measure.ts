import type { Report } from '../reporting/report.ts';
import { loadReport } from './load-report.ts';
import { runLoad } from './run-load.ts';

const CLIENTS = 4500;
const HOUR = 3600;

/** The run with a leak on purpose is shorter: it must only show that the measurement sees one. */
const SHORTER = 1800;
const LEAK = 1000;

/** Measures one process over an hour of traffic in compressed time. */
export async function measure(): Promise<Report> {
  console.error('serving an hour of traffic …');
  const hour = await runLoad({ clients: CLIENTS, seconds: HOUR, leak: 0 });
  console.error('serving half an hour with a leak, to see that it shows …');
  const leaking = await runLoad({ clients: CLIENTS, seconds: SHORTER, leak: LEAK });
  return loadReport({ hour, leaking, leak: LEAK });
}
