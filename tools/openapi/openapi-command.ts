import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { assertNoMore, type Arguments } from '../cli/arguments.ts';
import { runCommandLine } from '../cli/command.ts';
import { resolvePath } from '../cli/files.ts';
import { openApiDocument } from './document.ts';
import { differences, examplesFile, readExchanges, RESOURCE_NAMES, resourceOf } from './exchanges.ts';
import { recordExchanges } from './recording.ts';

const HELP = `Writes docs/openapi.json, which describes the API in OpenAPI 3.1, from the schemas that parse the requests, the catalogue of
routes, the openapi.ts beside each route, and examples. For the examples it starts the local stack, sends it the requests of
tools/openapi, and records the answers in lib/http/routes/<resource>/<resource>.examples.json.

  npm run openapi               record the examples and write the document
  npm run openapi -- --check    write nothing, and list everything that is out of date

Options:
  --recorded                    use the recorded examples, and start nothing
  --file FILE                   write to FILE instead of docs/openapi.json
  --help                        this text

Exit code: 0 done; 1 a file is out of date, or an answer has the wrong status; 2 wrong usage.`;

const FILE = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));

const OPTIONS = {
  file: { type: 'string' },
  check: { type: 'boolean' },
  recorded: { type: 'boolean' },
} as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const file = values.file === undefined ? FILE : resolvePath(values.file);
  const before = await readExchanges();
  const exchanges = values.recorded ? before : await recordExchanges();
  if (values.check) {
    const text = await formatted(openApiDocument(exchanges));
    const stale = differences(before, exchanges).map(
      (difference) => `The recorded examples are stale: ${difference}.`,
    );
    if (text !== (await readFile(file, 'utf8').catch(() => undefined))) stale.push(`${file} is stale.`);
    if (stale.length > 0) throw new Error([...stale, 'Run: npm run openapi'].join('\n'));
    console.log(`${file} and the recorded examples are up to date.`);
    return 0;
  }
  for (const resource of values.recorded ? [] : RESOURCE_NAMES) {
    const own = exchanges.filter(({ operation }) => resourceOf(operation) === resource);
    await writeFile(examplesFile(resource), await formatted(own));
  }
  await writeFile(file, await formatted(openApiDocument(exchanges)));
  console.log(`${file}: written`);
  return 0;
}

const formatted = async (value: object): Promise<string> =>
  format(JSON.stringify(value), { ...(await resolveConfig(FILE)), parser: 'json' });

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: true, run });
