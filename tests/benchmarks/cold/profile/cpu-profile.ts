import * as z from 'zod';

const Frame = z.object({
  /** Empty for code without a name. Names in parentheses are V8's own, such as `(garbage collector)`. */
  functionName: z.string(),
  /** Empty for native code. */
  url: z.string(),
  /** The place at which the function begins, counted from 0. */
  lineNumber: z.number(),
  columnNumber: z.number(),
});

/** A function on the stack. */
export type Frame = z.output<typeof Frame>;

/** The part of a file of `node --cpu-prof` that is read here (Chrome DevTools protocol, `Profiler.Profile`). */
export const CpuProfile = z.object({
  nodes: z.array(z.object({ id: z.number(), callFrame: Frame, children: z.array(z.number()).optional() })),
  startTime: z.number(),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** One look at the stack. */
export interface Sample {
  /** Microseconds of the machine's monotonic clock. */
  readonly at: number;
  /** The functions that ran, the innermost first. */
  readonly stack: readonly Frame[];
}

/** Lists the samples of a CPU profile, in the order of time. */
export function samplesOf({ nodes, startTime, samples, timeDeltas }: z.output<typeof CpuProfile>): Sample[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const stacks = new Map<number, readonly Frame[]>();
  const stackOf = (id: number): readonly Frame[] => {
    const known = stacks.get(id);
    if (known !== undefined) return known;
    const frame = frames.get(id);
    const parent = parents.get(id);
    const stack = [...(frame === undefined ? [] : [frame]), ...(parent === undefined ? [] : stackOf(parent))];
    stacks.set(id, stack);
    return stack;
  };
  let at = startTime;
  return samples.map((id, index) => {
    at += timeDeltas[index] ?? 0;
    return { at, stack: stackOf(id) };
  });
}
