import { Session, type Profiler } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originsIn, type MappedBundle, type Origin, type OriginOf } from '../cold/profile/origin.ts';

/** Microseconds between two looks at the stack. */
const INTERVAL_US = 100;

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The work of a mint, by the code that does it. The first match of the stack counts, the innermost function first. */
const PARTS: readonly (readonly [part: string, modules: RegExp])[] = [
  ['the signature', /^lib\/signing-keys\/es256\//],
  ['the stand-in for AWS, and this measurement', /^tests\//],
  ['the caller: the bearer against the verified claims', /^lib\/(?:http\/authentication|identity)\//],
  ['the body: JSON, and its schema', /^lib\/http\/messages\/json-body|^infra\/packaging\/schemas\//],
  ['the read of grants and holder item', /^lib\/(?:table|grants\/reads)\/|^lib\/tokens\/authority/],
  ['the decision, the `jti` and the claims', /^lib\/(?:grants|revocation|tokens)\//],
  ['the JSON of the claims, and jose around the signature', /^lib\/signing-keys\/|^jose$/],
  ['the record of the audit log', /^lib\/(?:audit|http\/records)\//],
  ['the line in the log', /^lib\/runtime\/log/],
  ['the answer, and the steps of the route', /^lib\/http\/routes\/tokens\//],
  ['middy, the deadline and its timer', /^@middy\/|^lib\/http\/routes\/route|^lib\/runtime\/deadline/],
];

/** The time of V8's and Node.js's own work that no code of a mint has called. */
const BESIDE = 'garbage collection, and the event loop';

/** A share of the time of the main thread, by name, the largest first. They add up to 1. */
export type Shares = readonly (readonly [name: string, share: number])[];

/** The shares of the main thread's time in which it did not wait. */
export interface MintProfile {
  readonly parts: Shares;
  /** By source file, or by package. Native code counts for its caller. */
  readonly modules: Shares;
  /** By `name:line module`. */
  readonly functions: Shares;
  readonly samples: number;
}

/** Profiles calls of a bundle in this process with V8's profiler. */
export async function profileOf(
  call: () => Promise<unknown>,
  calls: number,
  bundle: MappedBundle,
): Promise<MintProfile> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
  await session.post('Profiler.start');
  for (let made = 0; made < calls; made += 1) await call();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return sharesIn(profile, bundle);
}

/** Attributes the samples of a profile. Each sample counts once, whatever other processes did until the next one. */
export function sharesIn({ nodes, samples = [] }: Profiler.Profile, bundle: MappedBundle): MintProfile {
  const originOf = originsIn(bundle);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const frames = (id: number): Profiler.ProfileNode[] => {
    const node = byId.get(id);
    const parent = parents.get(id);
    return [...(node ? [node] : []), ...(parent === undefined ? [] : frames(parent))];
  };
  const places = new Map(
    nodes.map(({ id }) => [
      id,
      placeOf(
        frames(id).map(({ callFrame }) => callFrame),
        originOf,
      ),
    ]),
  );
  const counted = samples.flatMap((id) => places.get(id) ?? []);
  const by = (name: keyof Place): Shares => sharesOf(counted.map((place) => place[name]));
  return {
    parts: by('part'),
    modules: by('module'),
    functions: by('function'),
    samples: counted.length,
  };
}

interface Place {
  readonly part: string;
  readonly module: string;
  readonly function: string;
}

/** @param stack - the innermost function first @returns undefined if the thread waited */
function placeOf(stack: readonly Profiler.ProfileNode['callFrame'][], originOf: OriginOf): Place | undefined {
  const [innermost] = stack;
  if (innermost === undefined || innermost.functionName === '(idle)') return undefined;
  // Native code and Node.js's own, OpenSSL's among it, count for their caller.
  const ours = stack.flatMap((frame) => {
    const origin = frame.url === '' || frame.url.startsWith('node:') ? undefined : originOf(frame);
    return origin === undefined ? [] : [{ module: moduleOf(origin), name: origin.name }];
  });
  const [caller] = ours;
  if (caller === undefined)
    return { part: BESIDE, module: innermost.functionName, function: innermost.functionName };
  const parts = ours.flatMap(({ module }) => PARTS.find(([, modules]) => modules.test(module))?.[0] ?? []);
  return {
    part: parts[0] ?? BESIDE,
    module: caller.module,
    function: `${caller.name} ${caller.module}`,
  };
}

/** Names the source file, or the package. The code that measures is not in the bundle. */
function moduleOf({ group, module }: Origin): string {
  if (module.startsWith('file:')) return relative(ROOT, fileURLToPath(module));
  return /^(?:lib|infra|tests)\//.test(module) ? module : group;
}

function sharesOf(names: readonly string[]): Shares {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]): [string, number] => [name, count / names.length])
    .sort(([, one], [, other]) => other - one);
}
