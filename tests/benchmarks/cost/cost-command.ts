import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageService, TEMPLATE } from '../../../infra/packaging/package-service.ts';
import { readStages, unknownStage } from '../../../infra/stages/stages.ts';
import { assertNoMore, type Arguments } from '../../../tools/cli/arguments.ts';
import { runCommandLine } from '../../../tools/cli/command.ts';
import { UsageError } from '../../../tools/cli/errors.ts';
import { costsReport } from '../../../tools/cost/costs-report.ts';
import { MEASURED_FILE, type Measured } from '../../../tools/cost/measured.ts';
import { stageResources } from '../../../tools/cost/stage-resources.ts';
import { serveAws } from '../lambda-runtime/aws-server.ts';
import { mintEnvironment, withWorkspace } from '../packaged-functions.ts';
import { machine } from '../reporting/machine.ts';
import { batchRequest, mintRequest, scenario } from '../scenario.ts';
import { workOf } from './function-work.ts';
import { countMinting, itemBytes } from './minting-units.ts';

const OPTIONS = {
  stage: { type: 'string', default: 'example' },
  write: { type: 'boolean', default: false },
} as const;

const HELP = `Computes the cost of a million tokens and of an idle month, and the quota that is met first at a rate of tokens, as Markdown.
It measures the packaged functions of a stage on this machine, counts their calls, and takes the prices from tools/cost/prices.ts.

  npm run cost -- [--stage STAGE] [--write]

  --stage STAGE  the stage, "example" unless given
  --write        also keep the measurement in tools/cost/measured.json, from which npm run generate writes docs/costs.md
  --help         this text

It needs neither AWS credentials nor a network, and about a minute. Exit code: 0 done, 1 failed, 2 wrong usage.`;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const { stage, write } = values;
  const stages = await readStages();
  if (!Object.hasOwn(stages, stage)) throw new UsageError(unknownStage(stage, Object.keys(stages)));
  console.error(`measuring stage ${stage} …`);
  const measured = await measure(stage);
  if (write) {
    await writeFile(MEASURED_FILE, `${JSON.stringify(measured, undefined, 2)}\n`);
    console.error('Written: tools/cost/measured.json. Next: npm run generate');
  }
  console.log(costsReport(measured));
  return 0;
}

/** Measures the functions of a stage, and counts its resources. */
async function measure(stage: string): Promise<Measured> {
  const resources = await withWorkspace(async (directory) => {
    const packaged = await packageService(directory, stage);
    return stageResources(stage, JSON.parse(await readFile(join(packaged, TEMPLATE), 'utf8')));
  });
  const [date = ''] = new Date().toISOString().split('T');
  return {
    date,
    machine: machine(),
    stage: resources,
    ...(await withWorkspace(measureFunctions)),
    minting: await countMinting(),
    items: await itemBytes(),
  };
}

async function measureFunctions(directory: string): Promise<Pick<Measured, 'mint' | 'sweep' | 'start'>> {
  const { aws, documentIds } = await scenario(100);
  const server = await serveAws(aws);
  const environment = {
    ...mintEnvironment(server.url),
    DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:api-token',
  };
  try {
    const mint = { name: 'mint-token', environment };
    const event = mintRequest(documentIds[0] ?? '');
    const single = await workOf(directory, { ...mint, event, status: 201, rounds: 2000 });
    const batch = await workOf(directory, {
      ...mint,
      event: batchRequest(documentIds),
      status: 200,
      rounds: 50,
    });
    aws.calls.clear();
    const rounds = 300;
    const name = 'sweep-revocations';
    const sweep = await workOf(directory, { name, environment, event: {}, status: 0, rounds });
    // As many sweeps before as are measured, and a first one.
    const queries = (aws.calls.get('Query') ?? 0) / (2 * rounds + 1);
    aws.calls.clear();
    await workOf(directory, { ...mint, event, status: 201, rounds: 1 });
    return {
      mint: {
        cold: { ...ofWarm(single), cpuMs: single.coldMs },
        warm: ofWarm(single),
        batch: ofWarm(batch),
      },
      sweep: { ...ofWarm(sweep), queries },
      start: {
        secretCalls: aws.calls.get('GetSecretValue') ?? 0,
        // Each of the three mints has a read of its own.
        keyReads: (aws.calls.get('BatchGetItem') ?? 0) - 3,
      },
    };
  } finally {
    await server.close();
  }
}

const ofWarm = ({
  cpuMs,
  logBytes,
  answerBytes,
}: Awaited<ReturnType<typeof workOf>>): Measured['mint']['warm'] => ({
  cpuMs,
  logBytes,
  answerBytes,
});

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: true, run });
