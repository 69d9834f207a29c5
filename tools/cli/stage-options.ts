import { DEFAULT_PORT } from '../local/stack/command-line.ts';
import { UsageError } from './errors.ts';

/** The options by which a command is told its stage, for `parseArgs`. `--stage local` means the same as `--local`. */
export const STAGE_OPTIONS = {
  stage: { type: 'string' },
  local: { type: 'boolean', default: false },
  port: { type: 'string' },
} as const;

/** The part of a help text that describes these options. Other options are aligned with it. */
export const STAGE_HELP = `  --stage STAGE        a stage of your own in infra/stages/stages.yml, reached with your AWS credentials
  --local              the service that \`npm start\` runs in this folder, in place of --stage
  --port N             with --local: the port of its API, unless ${DEFAULT_PORT}`;

/** These options as `parseArgs` reads them. */
export interface StageOptions {
  readonly stage?: string | undefined;
  readonly local?: boolean | undefined;
  /** The port of the local stack's API, if it is not the usual one. */
  readonly port?: string | undefined;
}

/** The stage that a command works on: the one on this machine, or one of infra/stages/stages.yml. */
export type ChosenStage =
  | { readonly kind: 'local'; readonly port: string | undefined }
  | { readonly kind: 'deployed'; readonly name: string };

/**
 * Reads which stage was chosen.
 *
 * @returns undefined if none was
 * @throws UsageError for options that exclude each other
 */
export function chosenStage({ stage, local = false, port }: StageOptions): ChosenStage | undefined {
  if (local && stage !== undefined && stage !== 'local')
    throw new UsageError('Give --stage or --local, not both.');
  if (local || stage === 'local') return { kind: 'local', port };
  if (port !== undefined) throw new UsageError('--port goes with --local (see --help).');
  return stage === undefined ? undefined : { kind: 'deployed', name: stage };
}
