import { UsageError } from '../../cli/errors.ts';
import { parseEngineAddress, type EngineAddress } from './engine-address.ts';

/** The options of `npm start` for a real Document Engine. */
export const ENGINE_OPTIONS = {
  'document-engine': { type: 'string' },
  'document-engine-token': { type: 'string' },
  yes: { type: 'boolean' },
} as const;

/** Their part of the text of `--help`. */
export const ENGINE_HELP = `  --document-engine URL
                     Use the Document Engine at URL in place of the stand-in. Its current key is replaced, and the
                     demo documents are uploaded, after a question. See docs/real-document-engine.md.
  --document-engine-token FILE
                     A file that holds Document Engine's API_AUTH_TOKEN
  --yes              Replace the key of Document Engine without the question
`;

/** The values of the options, as on the command line. */
export interface EngineValues {
  readonly 'document-engine'?: string | undefined;
  readonly 'document-engine-token'?: string | undefined;
  readonly yes?: boolean | undefined;
}

/** A real Document Engine, as the command line names it. */
export interface ChosenEngine {
  readonly address: EngineAddress;
  /** The file with its API token, as the user typed it. */
  readonly tokenFile: string;
  /** True if its key may be replaced without a question. */
  readonly yes: boolean;
}

/**
 * Reads the options for a real Document Engine.
 *
 * @param asks - false if no question can be asked: without a terminal, or with `--json`
 * @returns undefined if there are none
 * @throws UsageError that names the option and its cure
 */
export function chosenEngine(
  { 'document-engine': url, 'document-engine-token': tokenFile, yes = false }: EngineValues,
  asks: boolean,
): ChosenEngine | undefined {
  if (url === undefined) {
    if (tokenFile !== undefined)
      throw new UsageError('--document-engine-token goes with --document-engine URL.');
    if (yes) throw new UsageError('--yes goes with --document-engine URL.');
    return undefined;
  }
  const address = parseEngineAddress(url);
  if (tokenFile === undefined || tokenFile === '') {
    throw new UsageError(
      "--document-engine needs --document-engine-token FILE: a file that holds Document Engine's API_AUTH_TOKEN.",
    );
  }
  if (!yes && !asks) {
    throw new UsageError(
      "--document-engine replaces Document Engine's current key, and asks first. Without a terminal or with --json it cannot ask: add --yes.",
    );
  }
  return { address, tokenFile, yes };
}
