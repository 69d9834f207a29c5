import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import * as z from 'zod';

/** The machine of a measurement. */
export interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /**
   * The average number of processes that wanted to run over the last 15 minutes. If it exceeds the number of cores,
   * times are worth little.
   */
  readonly load: number;
}

/** Describes this machine. */
export function machine(): Machine {
  const cores = cpus();
  const cpu = cores[0]?.model.trim() ?? 'unknown';
  return { node: process.version, cpu, cores: cores.length, load: Number((loadavg()[2] ?? 0).toFixed(1)) };
}

const Manifest = z.object({ version: z.string() });

/** Reads the version of an installed npm package. */
function versionOf(name: string): string {
  const manifest = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
  return Manifest.parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
}

/** The day on which a measurement began, and the load of the machine then. */
export interface Beginning {
  /** As `2026-01-31`, in UTC. */
  readonly date: string;
  /** The load averages over 1, 5 and 15 minutes. */
  readonly load: readonly number[];
}

/** Notes that a measurement begins now. */
export function beginning(): Beginning {
  const [date = ''] = new Date().toISOString().split('T');
  return { date, load: loadavg() };
}

/**
 * Describes the circumstances of a measurement: the day, this machine and its load, and the versions.
 *
 * @param packages - the names of the npm packages that matter
 */
export function machineLine({ date, load }: Beginning, packages: readonly string[]): string {
  const { node, cpu, cores } = machine();
  const memory = `${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`;
  const versions = [`Node ${node}`, ...packages.map((name) => `${name} ${versionOf(name)}`)];
  const loads = load.map((value) => value.toFixed(1)).join(', ');
  return `Measured on ${date}: ${cores} cores of ${cpu}, ${memory}; ${versions.join(', ')}. Load average at the start: ${loads} (1, 5 and 15 minutes).`;
}
