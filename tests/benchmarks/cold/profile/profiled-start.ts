import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { startCold, type PackagedFunction, type StartOptions } from '../../lambda-runtime/cold-start.ts';
import type { ProfiledStart } from './attribution.ts';
import { CpuProfile, samplesOf } from './cpu-profile.ts';
import { MARK } from './marked-bundle.ts';

/** Microseconds between two samples. The file of a profile is written when the process ends. */
const INTERVAL_US = 100;

/** Notes the marks of the bundle's modules, and ends the process so that V8 writes its profile. */
const preload = (notes: string): string => `
  const begin = { at: process.hrtime() };
  const marks = [];
  globalThis.${MARK} = (number) => { marks.push(number, process.hrtime()); };
  process.once('exit', () => {
    require('node:fs').writeFileSync(${JSON.stringify(notes)}, JSON.stringify({ begin, marks }));
  });
  process.once('SIGTERM', () => process.exit());
`;

/** A time as `process.hrtime()` gives it, in microseconds. */
const Time = z
  .tuple([z.number(), z.number()])
  .transform(([seconds, nanoseconds]) => seconds * 1e6 + nanoseconds / 1e3);

const Notes = z.object({
  /** The beginning of the preloaded script. */
  begin: z.object({ at: Time }),
  /** A module's number, and the time, in turns. */
  marks: z.array(z.union([z.number(), Time])),
});

/**
 * Starts a function with V8's profiler, from the first statement of the process to the first answer.
 *
 * @param client - the path of AWS's Node runtime client
 * @param packaged - its bundle is a marked one
 * @param modules - the modules of the bundle
 * @throws Error if it does not answer
 */
export async function startProfiled(
  client: string,
  packaged: PackagedFunction,
  modules: readonly string[],
  event: unknown,
  { initAlone = false }: Pick<StartOptions, 'initAlone'> = {},
): Promise<ProfiledStart> {
  const directory = await mkdtemp(join(packaged.directory, 'profile-'));
  const [notes, script] = [join(directory, 'notes.json'), join(directory, 'preload.cjs')];
  const profiles = join(directory, 'profiles');
  await writeFile(script, preload(notes));
  const { ends } = await startCold(client, packaged, event, {
    nodeArguments: [
      ...['--cpu-prof', '--cpu-prof-dir', profiles, '--cpu-prof-interval', String(INTERVAL_US)],
      ...['--require', script],
    ],
    endsItself: true,
    initAlone,
  });
  const [file = ''] = await readdir(profiles);
  const profile = CpuProfile.parse(JSON.parse(await readFile(join(profiles, file), 'utf8')));
  const { begin, marks } = Notes.parse(JSON.parse(await readFile(notes, 'utf8')));
  return {
    // Node's own start is the same for every function.
    samples: samplesOf(profile).filter(({ at }) => at >= begin.at),
    ends,
    evaluations: evaluationsIn(marks, modules),
  };
}

function evaluationsIn(
  marks: z.output<typeof Notes>['marks'],
  modules: readonly string[],
): ProfiledStart['evaluations'] {
  return Array.from({ length: marks.length / 2 }, (_, index) => ({
    module: modules[marks[2 * index] ?? -1] ?? 'bundle',
    at: marks[2 * index + 1] ?? 0,
  }));
}
