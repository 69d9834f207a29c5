import { readdirSync, readFileSync } from 'node:fs';

/**
 * Reads the processor time that a process has used so far: the time in which its threads ran, not the time in which they waited for
 * a processor. So it means the same on a busy machine. (Linux, Documentation/scheduler/sched-stats.rst: the first number of
 * `schedstat`, in nanoseconds. Threads that have ended are not counted.)
 *
 * @returns milliseconds; undefined on a system without `/proc/<pid>/task/<thread>/schedstat`
 */
export function processorTimeOf(pid: number): number | undefined {
  try {
    const tasks = `/proc/${pid}/task`;
    const nanoseconds = readdirSync(tasks).map((thread) =>
      Number(readFileSync(`${tasks}/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, it) => sum + it, 0) / 1e6;
  } catch {
    return undefined;
  }
}
