import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The result of a run of tests. */
export interface TestRun {
  /** "late" is a run that was killed, as it took longer than allowed. */
  readonly outcome: 'passed' | 'failed' | 'late';
  readonly milliseconds: number;
  /** The end of jest's report. */
  readonly report: string;
}

// A mutant that allocates without end fails at this limit, not at the machine's.
const HEAP_MEGABYTES = 1536;
const REPORT_CHARACTERS = 4000;

/**
 * Runs test files in one process, until the first fails.
 *
 * @param folder - the project, or a copy of it
 * @param tests - paths from there
 * @param milliseconds - the longest time it may take
 * @param stop - kills the run
 * @throws the reason of `stop`
 */
export async function runTests(
  folder: string,
  tests: readonly string[],
  milliseconds: number,
  stop: AbortSignal,
): Promise<TestRun> {
  stop.throwIfAborted();
  const began = performance.now();
  // In a process group of its own, so that processes that a test started are killed with it.
  const child = spawn(process.execPath, jestArguments(folder, tests), {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let report = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    report = (report + text).slice(-REPORT_CHARACTERS);
  });
  const late = AbortSignal.timeout(milliseconds);
  const ended = AbortSignal.any([stop, late]);
  const kill = (): void => {
    killGroup(child.pid);
  };
  ended.addEventListener('abort', kill);
  await once(child, 'close');
  ended.removeEventListener('abort', kill);
  stop.throwIfAborted();
  const outcome = child.exitCode === 0 ? 'passed' : late.aborted ? 'late' : 'failed';
  return { outcome, milliseconds: performance.now() - began, report };
}

function jestArguments(folder: string, tests: readonly string[]): string[] {
  return [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    `--max-old-space-size=${HEAP_MEGABYTES}`,
    'node_modules/jest/bin/jest.js',
    '--bail',
    '--maxWorkers=1',
    `--cacheDirectory=${join(folder, '.jest-cache')}`,
    '--runTestsByPath',
    ...tests,
  ];
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself in this moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
