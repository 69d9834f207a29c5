import { text } from 'node:stream/consumers';
import { UsageError } from '../errors.ts';
import { openInput } from '../files.ts';

/** The environment variable that `verify` reads too. */
export const TOKEN_VARIABLE = 'LAYERMINT_CALLER_TOKEN';

// A caller token has at most 10,240 bytes, as API Gateway takes no longer headers. A file of more is not a token.
const LONGEST_CHARACTERS = 64 * 1024;

/**
 * Reads the caller token from a file, from standard input, or else from the environment. It is never an argument, as every user of
 * the machine can read the arguments of a command.
 *
 * @param file - the value of `--caller-token`: a path, or `-` for standard input
 * @returns undefined if there is none
 * @throws UsageError for a token in place of a file, an unreadable file, or one that cannot be a token
 */
export async function readCallerToken(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (file === undefined) {
    const given = environment[TOKEN_VARIABLE]?.trim();
    return given === '' ? undefined : given;
  }
  // The message must not quote the value.
  if (/^(Bearer\s+)?eyJ/i.test(file)) {
    throw new UsageError(
      `--caller-token takes a file, not the token itself: every user of the machine can read the arguments of a command. Put the token into ${TOKEN_VARIABLE}, or give it on standard input with --caller-token -. Get a new token if others use this machine.`,
    );
  }
  const { name, input, size } = await openInput(file);
  if (size > LONGEST_CHARACTERS) {
    input.destroy();
    throw new UsageError(`${name} is longer than a token can be.`);
  }
  const token = (await text(input)).trim();
  if (token === '') throw new UsageError(`${name} is empty.`);
  if (token.length > LONGEST_CHARACTERS) throw new UsageError(`${name} is longer than a token can be.`);
  return token;
}
