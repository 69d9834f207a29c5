import { parseArgs } from 'node:util';
import { DEFAULT_PORT } from '../../local/stack/command-line.ts';
import { runCommand, UsageError } from '../command.ts';
import { chosenStage, STAGE_OPTIONS, type StageOptions } from '../stage-options.ts';
import type { KeysStage } from './keys-stage.ts';

const HELP = `Works on a stage's signing keys. A private key is never printed and never written to a file.

  npm run keys -- ACTION --stage STAGE    on AWS, with your credentials
  npm run keys -- ACTION --local          on the service that npm start runs on this machine

Actions:
  generate             make a key, for a Document Engine that takes its key from its environment (rotation: 'off')
  import FILE          sign with a private key in PEM, as openssl or ssh-keygen (-m PEM) wrote it; - is standard input
  public-key           print the public key that belongs to the current one, as PEM for JWT_PUBLIC_KEY
  status               show every key as Secrets Manager, the table and Document Engine know it
  rotate               replace the key now, so that no request fails; where rotation is off, sign with the key that
                       "generate" or "import" made, once Document Engine was restarted with it
  rotate --emergency   the key has leaked: give it up at once; everybody's tokens end, and clients get new ones

Options:
  --stage STAGE        a stage of infra/stages/stages.yml that is deployed
  --local              instead of --stage
  --port N             with --local: the port of its API, unless ${DEFAULT_PORT}
  --yes                with --emergency: do not ask
  --help               this text

Every action can be run again after it failed or was interrupted, and goes on where it was.
docs/operations.md says when to use which. Exit code: 0 done, 1 failed, 2 wrong usage.`;

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...STAGE_OPTIONS,
      emergency: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [action, file, ...rest] = positionals;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (action === undefined) throw new UsageError('An action is required (see --help).');
  if (rest.length > 0 || (file !== undefined && action !== 'import')) {
    throw new UsageError(
      `${action} takes ${action === 'import' ? 'one file' : 'nothing'} behind it (see --help).`,
    );
  }
  if (values.emergency && action !== 'rotate')
    throw new UsageError('--emergency goes with rotate (see --help).');
  if (values.yes && !values.emergency) throw new UsageError('--yes goes with --emergency (see --help).');
  const perform = actionOf(action, file, values);
  return perform(await stageOf(values));
}

type Action = (stage: KeysStage) => Promise<number>;

// Loaded only when it is known to be needed: the AWS clients take longer to load than everything else together.
const actions = () => import('./actions.ts');
const stages = () => import('./keys-stage.ts');

function actionOf(
  name: string,
  file: string | undefined,
  options: { emergency: boolean; yes: boolean },
): Action {
  switch (name) {
    case 'generate':
      return async (stage) => (await actions()).generateKey(stage);
    case 'import':
      if (file === undefined)
        throw new UsageError('import needs the file that holds the private key, or - (see --help).');
      return async (stage) => (await actions()).importKey(stage, file);
    case 'public-key':
      return async (stage) => (await actions()).printPublicKey(stage);
    case 'status':
      return async (stage) => (await actions()).printStatus(stage);
    case 'rotate':
      return options.emergency
        ? async (stage) => (await actions()).rotateKeyInEmergency(stage, options.yes)
        : async (stage) => (await actions()).rotateKey(stage);
    default:
      throw new UsageError(`There is no action "${name}" (see --help).`);
  }
}

async function stageOf(options: StageOptions): Promise<KeysStage> {
  const chosen = chosenStage(options);
  if (chosen === undefined) throw new UsageError('--stage or --local is required (see --help).');
  const { deployedStage, localStage } = await stages();
  return chosen.kind === 'local' ? localStage(chosen.port) : deployedStage(chosen.name);
}

await runCommand(run);
