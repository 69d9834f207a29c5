import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { openApiDocument } from './document.ts';
import { runCommand } from '../cli/command.ts';

const HELP = `Writes docs/openapi.json, the API as OpenAPI 3.1 describes it, from the schemas that parse the requests.

  npm run openapi              write it
  npm run openapi -- --check   write nothing, and fail where it is not as it would be written

Options:
  --file FILE                  in place of docs/openapi.json
  --help                       this text

Exit code: 0 done, 1 it is stale, 2 wrong usage.`;

const FILE = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string', default: FILE },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const text = await format(JSON.stringify(openApiDocument()), {
    ...(await resolveConfig(FILE)),
    parser: 'json',
  });
  if (!values.check) {
    await writeFile(values.file, text);
    return 0;
  }
  if (text === (await readFile(values.file, 'utf8').catch(() => undefined))) return 0;
  throw new Error(`${values.file} is stale. Run: npm run openapi`);
}

await runCommand(run);
