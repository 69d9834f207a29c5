import { join } from 'node:path';
import { FUNCTIONS, isFunctionName, type FunctionName } from '../../../lib/wiring/environments.ts';
import { unknownWord } from '../../../tools/cli/arguments.ts';
import { UsageError } from '../../../tools/cli/errors.ts';
import { readMeasured } from '../../../tools/cost/measured.ts';
import { runtimeClient } from '../lambda-runtime/installation.ts';
import { percentile } from '../percentile.ts';
import type { Part, Report } from '../reporting/report.ts';
import { withColdWorkspace, type ColdWorkspace, type ReadyFunction } from './cold-workspace.ts';
import { NOT_INVOKED } from './first-invocations/cold-stack.ts';
import { memorySizes, memoryTable } from './memory-sizes.ts';
import { profileFunction, type FunctionProfile } from './profile/function-profile.ts';
import { groupsTable, profileParts } from './profile/profile-tables.ts';
import { startInTurns, type Series } from './start-series.ts';
import { longestFirst, processorPlot, processorTable, wallTable } from './start-tables.ts';

/** The function that most requests wait for. */
const MINT: FunctionName = 'mintToken';

/** The starts of a function of interest, enough for a 99th percentile; and of each other function. */
const MANY = 100;
const FEW = 20;

const PROFILES = 20;

/**
 * Starts packaged functions again and again.
 *
 * @param flags - `profile` profiles one function instead
 * @param values - `function` names the one function to start or profile
 * @throws UsageError for an unknown function, and without AWS's runtime client
 */
export async function measure(
  flags: ReadonlySet<string>,
  values: Readonly<Record<string, string>>,
): Promise<Report> {
  const only = functionNamed(values['function']);
  const client = runtimeClient();
  if (client === undefined) {
    throw new UsageError(
      "AWS's Node runtime client is not installed. Install it once, with cmake and g++, in some minutes: npm run bench -- cold --install-runtime",
    );
  }
  console.error('packaging and waking each function once …');
  const parts = await withColdWorkspace(client, (workspace) =>
    flags.has('profile')
      ? profile(client, workspace, only ?? MINT).then(profileParts)
      : starts(client, workspace, only),
  );
  return { packages: ['esbuild', 'zod', '@aws-sdk/client-dynamodb'], parts };
}

/** @throws UsageError for an unknown name */
function functionNamed(name: string | undefined): FunctionName | undefined {
  if (name === undefined || isFunctionName(name)) return name;
  throw unknownWord('function', name, FUNCTIONS);
}

async function profile(
  client: string,
  workspace: ColdWorkspace,
  name: FunctionName,
): Promise<FunctionProfile> {
  console.error(`profiling ${name} …`);
  return profileFunction(
    client,
    name,
    readyIn(workspace, name),
    join(workspace.directory, 'marked'),
    PROFILES,
  );
}

function readyIn({ functions }: ColdWorkspace, name: FunctionName): ReadyFunction {
  const ready = functions.get(name);
  if (ready === undefined) throw new Error(`${name} was not woken`);
  return ready;
}

async function starts(
  client: string,
  workspace: ColdWorkspace,
  only: FunctionName | undefined,
): Promise<Part[]> {
  const names = only === undefined ? FUNCTIONS : [only];
  const interesting = only ?? MINT;
  console.error(`starting ${only ?? `${names.length} functions`} in turns with hello world and the limit …`);
  const repeated = [workspace.hello, workspace.limit, ...names.map((name) => readyIn(workspace, name))];
  const isCompared = ({ name }: ReadyFunction): boolean => !names.some((it) => it === name);
  const [hello, limit, ...others] = await startInTurns(
    client,
    repeated.map((it) => ({ ...it, times: isCompared(it) || it.name === interesting ? MANY : FEW })),
  );
  if (hello === undefined || limit === undefined) throw new Error('Nothing was started');
  const sorted = [hello, limit, ...longestFirst(others)];
  const plot = processorPlot(sorted);
  const excepted = names.filter((name) => NOT_INVOKED[name] !== undefined);
  return [
    wallTable(sorted),
    processorTable(sorted, { hello, limit }),
    ...(plot === undefined ? [] : [plot]),
    ...excepted.map((name): Part => ({
      kind: 'paragraph',
      text: `\`${name}\` is only initialized: ${NOT_INVOKED[name]}.`,
    })),
    ...(only === undefined ? [groupsTable(await profile(client, workspace, MINT))] : []),
    ...others.filter(({ name }) => name === MINT).flatMap(memory),
  ];
}

/** Makes the table of memory sizes from the starts of the mint function, and from the warm mint of `npm run cost`. */
function memory({ starts }: Series): Part[] {
  const times = starts.map(({ whole }) => whole.cpuMs).filter((it) => it !== undefined);
  if (times.length < starts.length) return [];
  const measured = readMeasured();
  return [
    memoryTable(memorySizes(measured, percentile(times, 50))),
    {
      kind: 'paragraph',
      text: `Computed from the processor time of the start above, and from the ${measured.mint.warm.cpuMs.toFixed(2)} ms of a warm mint in [costs.md](costs.md#measured-and-counted), with its assumptions. One mint in a hundred starts a process. The invocation itself costs 0.20 USD for a million at any size.`,
    },
  ];
}
