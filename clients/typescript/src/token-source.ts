import { LayermintError } from './errors.ts';
import type { TokenSource, TokenSourceOptions } from './source-types.ts';

/** Creates a token source. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  throw new LayermintError('closed', `Not ready for ${options.api}.`);
}
