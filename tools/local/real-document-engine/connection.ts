import { readApiTokenFile } from './api-token-file.ts';
import { agreed, questionFor, type Question } from './consent.ts';
import { EngineApi, type Send } from './engine-api.ts';
import type { ChosenEngine } from './engine-options.ts';
import { UnusableDocumentEngineError } from './errors.ts';
import { examine } from './examination.ts';
import { RealDocumentEngine } from './real-document-engine.ts';

/** The ways of a connection to the user and to the network. */
export interface ConnectionWays {
  /** Takes a line for the user. */
  readonly warn: (line: string) => void;
  /** Asks the user; on the terminal unless given. */
  readonly ask?: (question: Question) => Promise<boolean>;
  /** Sends requests; over the network unless given. */
  readonly send?: Send;
}

/**
 * Examines the Document Engine of the command line, and asks the user if its key may be replaced. It changes nothing there.
 *
 * @param documents - ids of the demo documents
 * @throws UsageError if the token's file cannot be used, UnusableDocumentEngineError if Document Engine cannot, or if the user declines
 */
export async function connect(
  { address, tokenFile, yes }: ChosenEngine,
  documents: readonly string[],
  { warn, ask = agreed, send }: ConnectionWays,
): Promise<RealDocumentEngine> {
  const { token, warning } = await readApiTokenFile(tokenFile);
  if (warning !== undefined) warn(warning);
  const api = new EngineApi(address.url, token, send);
  const examined = await examine(api);
  if (!yes && !(await ask(questionFor(address, examined, documents))))
    throw new UnusableDocumentEngineError('Nothing was done: Document Engine keeps its key.');
  return new RealDocumentEngine(api, token, examined.version);
}
