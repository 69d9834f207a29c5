import { assertNoMore, unknownWord, type Arguments } from '../arguments.ts';
import { runCommandLine } from '../command.ts';
import { UsageError } from '../errors.ts';
import { chosenStage, STAGE_HELP, STAGE_OPTIONS, type StageOptions } from '../stage-options.ts';
import type { KeysStage } from './keys-stage.ts';
import type { KeyCommand } from './recorded.ts';

const HELP = `Shows and replaces a stage's signing keys. No action prints a private key or writes it to a file.

  npm run keys -- ACTION --stage STAGE
  npm run keys -- ACTION --local

Actions:
  generate             make a key, for a Document Engine that takes its key from its environment (rotation: 'off')
  import FILE          sign with a private key of yours, as PEM, DER, base64, JSON or JWK (docs/configuration.md, "Forms of a
                       key"); - is standard input, and a path is relative to the directory in which you call npm
  public-key           print the public key that belongs to the current one, as PEM for JWT_PUBLIC_KEY
  status               show every key as Secrets Manager, the table and Document Engine know it
  rotate               replace the key now, without a failed request; if rotation is off, sign with the key that
                       "generate" or "import" made, after Document Engine was restarted with it
  rotate --emergency   the key has leaked: withdraw it at once; everybody's tokens end, and clients get new ones

Options:
${STAGE_HELP}
  --replace-entry ID   with rotate: replace Document Engine's current key even though this stage does not know it; ID is the
                       one that status shows. Tokens of that key may be refused afterwards
  --yes                with --emergency: do not ask
  --help               this text

If an action failed or was interrupted, run it again: it continues where it stopped.
docs/operations.md says when to use which action. Exit code: 0 done, 1 failed, 2 wrong usage.`;

const OPTIONS = {
  ...STAGE_OPTIONS,
  emergency: { type: 'boolean', default: false },
  'replace-entry': { type: 'string' },
  yes: { type: 'boolean', default: false },
} as const;

const ACTIONS = ['generate', 'import', 'public-key', 'status', 'rotate'] as const;
type Action = (typeof ACTIONS)[number];
type Options = Arguments<typeof OPTIONS>['values'];

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  const [word, ...words] = positionals;
  const action = ACTIONS.find((name) => name === word);
  if (word === undefined) throw new UsageError(`An action is required: ${ACTIONS.join(', ')} (see --help).`);
  if (action === undefined) throw unknownWord('action', word, ACTIONS);
  const file = action === 'import' ? words.shift() : undefined;
  if (action === 'import' && file === undefined)
    throw new UsageError('import needs the FILE that holds the private key, or - (see --help).');
  assertNoMore(words);
  if (values.emergency && action !== 'rotate')
    throw new UsageError('--emergency goes with rotate (see --help).');
  if (values.yes && !values.emergency) throw new UsageError('--yes goes with --emergency (see --help).');
  const entry = values['replace-entry'];
  if (entry !== undefined && (action !== 'rotate' || values.emergency))
    throw new UsageError('--replace-entry goes with rotate, without --emergency (see --help).');
  if (entry !== undefined && !/^\d{1,15}$/.test(entry))
    throw new UsageError('--replace-entry takes the id of an entry, a number that "status" shows.');
  return perform(action, file, values, await stageOf(values));
}

async function perform(
  action: Action,
  file: string | undefined,
  options: Options,
  stage: KeysStage,
): Promise<number> {
  // Loaded only here: the AWS clients take longer to load than everything else together.
  const actions = await import('./actions.ts');
  const { emergency, yes, 'replace-entry': entry } = options;
  const entryId = entry === undefined ? undefined : Number(entry);
  const changing = async (command: KeyCommand, run: () => Promise<number>): Promise<number> => {
    const [{ recorded }, { recordsOf }, { dependenciesOf }] = await Promise.all([
      import('./recorded.ts'),
      import('../operator-records/stage-records.ts'),
      import('./dependencies.ts'),
    ]);
    const records = await recordsOf(chosenStage(options));
    return recorded(command, run, records, dependenciesOf(stage), entryId);
  };
  switch (action) {
    case 'generate':
      return changing('generate', () => actions.generateKey(stage));
    case 'import':
      return changing('import', () => actions.importKey(stage, file ?? '-'));
    case 'public-key':
      return actions.printPublicKey(stage);
    case 'status':
      return actions.printStatus(stage);
    case 'rotate':
      if (!emergency) return changing('rotate', () => actions.rotateKey(stage, entryId));
      return changing('emergency', async () =>
        (await import('./withdraw-key.ts')).rotateKeyInEmergency(stage, yes),
      );
  }
}

async function stageOf(options: StageOptions): Promise<KeysStage> {
  const chosen = chosenStage(options);
  if (chosen === undefined) throw new UsageError('--stage or --local is required (see --help).');
  const { deployedStage, localStage } = await import('./keys-stage.ts');
  return chosen.kind === 'local' ? localStage(chosen.port) : deployedStage(chosen.name);
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
