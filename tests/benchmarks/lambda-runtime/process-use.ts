import { readdirSync, readFileSync } from 'node:fs';

/**
 * Reads the processor time that a process has used so far: the time in which its threads ran, not the time in which they waited for
 * a processor. So it means the same on a busy machine. (Linux, Documentation/scheduler/sched-stats.rst: the first number of
 * `schedstat`, in nanoseconds. Threads that have ended are not counted.)
 *
 * @returns milliseconds; undefined on a system without `/proc/<pid>/task/<thread>/schedstat`
 */
export function processorTimeOf(pid: number): number | undefined {
  const tasks = `/proc/${pid}/task`;
  const threads = orUndefined(() => readdirSync(tasks)) ?? [];
  const nanoseconds = threads.flatMap((thread) => {
    // A thread can end between the two looks.
    const text = orUndefined(() => readFileSync(`${tasks}/${thread}/schedstat`, 'utf8'));
    return text === undefined ? [] : [Number(text.split(' ')[0])];
  });
  return nanoseconds.length === 0 ? undefined : nanoseconds.reduce((sum, it) => sum + it, 0) / 1e6;
}

/**
 * Reads the largest memory that a process has had so far (Linux, proc_pid_status(5): `VmHWM`).
 *
 * @returns megabytes of 1,048,576 bytes, as Lambda counts them; undefined on a system without `/proc/<pid>/status`
 */
export function peakMemoryOf(pid: number): number | undefined {
  const text = orUndefined(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? '';
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(text) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** Reads something of a process or a thread that may have ended, or of a system without it. */
function orUndefined<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
