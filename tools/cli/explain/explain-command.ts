import { assertNoMore, type Arguments } from '../arguments.ts';
import { printable, runCommandLine } from '../command.ts';
import { STAGE_HELP, STAGE_OPTIONS } from '../stage-options.ts';
import { askExplanation, NotExplainedError } from './ask-explanation.ts';
import { explainRequest } from './explain-request.ts';
import { explainTarget } from './explain-target.ts';
import { explanationJson, explanationText } from './explanation-text.ts';

const HELP = `Explains which token a person would get for a document, and from which grants, or why the person is refused. It changes nothing.

  npm run explain -- --stage STAGE --user ID [--group NAME …] --document ID [--layer LAYER | --private-layer]
  npm run explain -- --api URL     [the same]
  npm run explain -- --local       [the same]

${STAGE_HELP}
  --api URL            the address of the API, in place of --stage; https, or http on this machine
  --user ID            the user id of the person, as the log line of the refused request shows it
  --group NAME         a group of the person; give the option once for each. The service does not know them: they are in the
                       person's caller token
  --document ID        the document
  --layer LAYER        an Instant layer; the default layer unless given
  --private-layer      the person's own private layer
  --permission NAME    a permission to ask for; give the option once for each. All granted ones unless given
  --ttl SECONDS        the life to ask for; the default of the stage unless given
  --default-group NAME the default group to ask for
  --as NAME            with --local: the demo caller to ask as, backend unless given
  --json               print the answer of the API as JSON
  --help               this text

With --stage and --api, the environment variable LAYERMINT_CALLER_TOKEN must hold the access token of an owner of the document, or of a
caller with the scope layermint/grants. (It is not an option because every user of the machine can read the arguments of a command.)

Exit code: 0 the person gets a token, 1 the person is refused, 2 wrong usage, 3 the service gave no explanation.`;

const OPTIONS = {
  ...STAGE_OPTIONS,
  api: { type: 'string' },
  user: { type: 'string' },
  group: { type: 'string', multiple: true },
  document: { type: 'string' },
  layer: { type: 'string' },
  'private-layer': { type: 'boolean' },
  permission: { type: 'string', multiple: true },
  ttl: { type: 'string' },
  'default-group': { type: 'string' },
  as: { type: 'string' },
  json: { type: 'boolean' },
} as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  assertNoMore(positionals);
  const request = explainRequest(values);
  const target = await explainTarget(values, values.as, process.env['LAYERMINT_CALLER_TOKEN']);
  try {
    const { explanation, answer } = await askExplanation(target, request);
    console.log(values.json === true ? explanationJson(answer) : explanationText(explanation));
    return explanation.outcome === 'allowed' ? 0 : 1;
  } catch (error) {
    if (!(error instanceof NotExplainedError)) throw error;
    console.error(printable(error.message));
    return 3;
  }
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
