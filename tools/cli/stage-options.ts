import { UsageError } from './command.ts';

/** The options that tell a command its stage, for `parseArgs`. `--stage local` says the same as `--local`. */
export const STAGE_OPTIONS = {
  stage: { type: 'string' },
  local: { type: 'boolean', default: false },
  port: { type: 'string' },
} as const;

/** Those options as `parseArgs` reads them. */
export interface StageOptions {
  readonly stage?: string | undefined;
  readonly local?: boolean | undefined;
  /** Of the local stack's API, if it is not on its usual port. */
  readonly port?: string | undefined;
}

/** The stage that a command works on: the one that runs on this machine, or one of infra/stages/stages.yml. */
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
