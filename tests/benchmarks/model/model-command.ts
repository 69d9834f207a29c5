import { readFile, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { ofStage, readStages, unknownStage } from '../../../infra/stages/stages.ts';
import { assertNoMore, type Arguments } from '../../../tools/cli/arguments.ts';
import { runCommandLine } from '../../../tools/cli/command.ts';
import { UsageError } from '../../../tools/cli/errors.ts';
import { mintWork } from '../../../tools/cost/durations.ts';
import { readMeasured } from '../../../tools/cost/measured.ts';
import type { ModelSettings } from '../../../tools/model/limits.ts';
import { MODEL_OPTIONS, questionIn } from '../../../tools/model/model-options.ts';
import { replacePart } from '../../../tools/generate/marked-part.ts';
import { model, modelReport } from '../../../tools/model/model-report.ts';
import { formatted } from '../reporting/page.ts';
import { countUse } from './count-use.ts';

const HELP = `Computes which limit breaks first under a load, at which rate, and the knob that moves it. The calls of a mint are counted by
running the code against stand-ins of AWS; the quotas of AWS are in tools/model/aws-quotas.ts.

  npm run model -- [options]

  --tokens-per-second RATES  the tokens a second on a usual day, with commas between them; 1,100,10000 unless given
  --herd HERD                all (unless given): a steady load and both herds; none: a steady load only
                             outage: after an outage that outlasts all tokens, everybody comes back
                             nine-o-clock: everybody opens a first document
  --ttl SECONDS              the life of tokens, 60 to 86400; 3600 unless given
  --groups COUNT             the groups of a caller, 0 to 500; 2 unless given
  --grants COUNT             the grants on each document, 2 to 1000000; 5 unless given
  --documents COUNT          the documents that share the load evenly; 1000 unless given
  --stage STAGE              the stage with the throttles; "example" unless given
  --json                     print JSON; null stands for never
  --write                    write the answers to docs/performance.md
  --help                     this text

It needs neither AWS credentials nor a network, and some seconds. Exit code: 0 done, 1 failed, 2 wrong usage.`;

const MARKERS = { begin: '<!-- npm run model -->', end: '<!-- end of npm run model -->' };

/** The throttles of single routes, if the stage has any. */
const Throttles = z.object({
  throttleByRoute: z.record(z.string(), z.object({ rate: z.number(), burst: z.number() })).default({}),
});

async function run({ values, positionals }: Arguments<typeof MODEL_OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const question = questionIn(values);
  const settings = await settingsOf(values.stage, question);
  const modelled = model(question, settings);
  if (values.write) await writePart(modelReport(modelled));
  console.log(values.json ? JSON.stringify(modelled, undefined, 2) : modelReport(modelled));
  return 0;
}

/** Writes the answers into docs/performance.md. */
async function writePart(report: string): Promise<void> {
  const page = new URL('../../../docs/performance.md', import.meta.url);
  const written = replacePart(await readFile(page, 'utf8'), MARKERS, report);
  await writeFile(page, await formatted(written));
  console.error('Written: docs/performance.md');
}

async function settingsOf(stage: string, question: ReturnType<typeof questionIn>): Promise<ModelSettings> {
  const stages = await readStages();
  if (!Object.hasOwn(stages, stage)) throw new UsageError(unknownStage(stage, Object.keys(stages)));
  const parameters = ofStage(stages, stage);
  const ofRoute = Throttles.parse(parameters).throttleByRoute['POST /v1/tokens'];
  return {
    throttleRatePerSecond: ofRoute?.rate ?? Number(parameters['throttleRatePerSecond']),
    throttleBurst: ofRoute?.burst ?? Number(parameters['throttleBurst']),
    documents: question.documents,
    workMs: mintWork(readMeasured()),
    use: await countUse(question),
  };
}

await runCommandLine({ help: HELP, options: MODEL_OPTIONS, runsWithoutArguments: true, run });
