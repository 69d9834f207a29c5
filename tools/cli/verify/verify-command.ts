import { parseArgs } from 'node:util';
import { DEFAULT_PORT } from '../../local/stack/command-line.ts';
import { runCommand } from '../command.ts';
import { STAGE_OPTIONS } from '../stage-options.ts';
import { findTarget } from './target.ts';
import { verify } from './verification.ts';

const HELP = `Checks a deployed stage from end to end: mints a token through its API, and opens the document with it.

  npm run verify -- --stage STAGE --document ID [--layer LAYER]
  npm run verify -- --api URL --document ID [--layer LAYER]
  npm run verify -- --local

  --stage STAGE    a stage of infra/stages/stages.yml; its API's address is read from its CloudFormation stack, with your AWS credentials
  --api URL        the API's address, instead of --stage
  --document ID    a document that the caller was granted
  --layer LAYER    an Instant layer; the default layer unless given
  --help           this text

The caller's token (an access token of the stage's issuer) is read from the environment variable LAYERMINT_CALLER_TOKEN, as every
user of the machine can read a command's arguments.

--local asks the service that \`npm start\` runs on this machine for all of this:
  --port N         the port of its API, unless ${DEFAULT_PORT}
  --user NAME      the demo user to call as, alice unless given

One line per check. Exit code: 0 nothing failed, 1 something failed, 2 wrong usage.`;

const LABEL = { ok: 'ok         ', failed: 'failed     ', 'not checked': 'not checked' } as const;

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...STAGE_OPTIONS,
      api: { type: 'string' },
      document: { type: 'string' },
      layer: { type: 'string', default: '' },
      user: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const target = await findTarget(values, process.env['LAYERMINT_CALLER_TOKEN']);
  console.log(
    `${target.api}, document ${target.documentId}, ${target.layer ? `layer ${target.layer}` : 'default layer'}`,
  );
  const counts = { ok: 0, failed: 0, 'not checked': 0 };
  for await (const { check, outcome, detail } of verify(target)) {
    counts[outcome] += 1;
    console.log(`${LABEL[outcome]} ${check}${detail === undefined ? '' : `: ${detail}`}`);
  }
  console.log(`${counts.ok} ok, ${counts.failed} failed, ${counts['not checked']} not checked`);
  return counts.failed === 0 ? 0 : 1;
}

await runCommand(run);
