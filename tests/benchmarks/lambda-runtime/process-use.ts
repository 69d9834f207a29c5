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

/**
 * Reads the largest memory that a process has had so far (Linux, proc_pid_status(5): `VmHWM`).
 *
 * @returns megabytes of 1,048,576 bytes, as Lambda counts them; undefined on a system without `/proc/<pid>/status`
 */
export function peakMemoryOf(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
