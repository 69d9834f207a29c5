import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FunctionName } from '../../../../lib/wiring/environments.ts';
import { percentile } from '../../percentile.ts';
import { startCold, type ColdStart } from '../../lambda-runtime/cold-start.ts';
import { bundleOf, sourceOf, type ReadyFunction } from '../cold-workspace.ts';
import { attribute, type Phase, type ProfiledStart, type Shares } from './attribution.ts';
import { bundleMarked } from './marked-bundle.ts';
import { originsIn } from './origin.ts';
import { startProfiled } from './profiled-start.ts';

/** The profile of a function's start. */
export interface FunctionProfile {
  readonly name: string;
  readonly starts: number;
  /** The processor time of Node's own start, in milliseconds. It has no samples. */
  readonly beforeMs: number;
  /** The phases that the function went through. */
  readonly phases: readonly ProfiledPhase[];
}

/** A phase of a profile. */
export interface ProfiledPhase {
  readonly phase: Phase;
  /** The processor time of the phase without a profiler, and without the time before the profile; milliseconds. */
  readonly ms: number;
  readonly shares: Shares;
}

/**
 * Profiles a function's start again and again. Every second start is without the profiler, which slows a process down. Their
 * processor times say how long a phase takes, and the profiles only how it is shared.
 *
 * @param client - the path of AWS's Node runtime client
 * @param directory - an empty one
 * @param times - the number of profiles
 */
export async function profileFunction(
  client: string,
  name: FunctionName,
  { packaged, event, initAlone }: ReadyFunction,
  directory: string,
  times: number,
): Promise<FunctionProfile> {
  await mkdir(join(directory, 'functions'), { recursive: true });
  const bundle = await bundleMarked(sourceOf(name), bundleOf(directory, name));
  const plain: ColdStart[] = [];
  const profiled: ProfiledStart[] = [];
  const before: number[] = [];
  for (let round = 0; round < times; round += 1) {
    before.push(await nodeStartMs());
    plain.push(await startCold(client, packaged, event, { initAlone }));
    profiled.push(
      await startProfiled(client, { ...packaged, directory }, bundle.modules, event, { initAlone }),
    );
  }
  const beforeMs = percentile(before, 50);
  const phases = (['init', 'invocation'] as const).flatMap((phase): ProfiledPhase[] => {
    const times_ = plain.flatMap((start) => {
      const part = start[phase];
      return part === undefined ? [] : [part.cpuMs ?? part.wallMs];
    });
    if (times_.length === 0) return [];
    const ms = percentile(times_, 50) - (phase === 'init' ? beforeMs : 0);
    return [{ phase, ms, shares: attribute(profiled, phase, bundle.path, originsIn(bundle)) }];
  });
  return { name, starts: times, beforeMs, phases };
}

/** Measures the processor time of Node's own start, without a profiler, in milliseconds. */
async function nodeStartMs(): Promise<number> {
  const program = 'const { user, system } = process.cpuUsage(); user + system';
  const { stdout } = await promisify(execFile)(process.execPath, ['--print', program]);
  return Number(stdout) / 1000;
}
