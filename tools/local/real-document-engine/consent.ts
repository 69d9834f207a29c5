import { createInterface } from 'node:readline/promises';
import type { Examined } from './examination.ts';
import type { EngineAddress } from './engine-address.ts';

/** The text that the user confirms, and the answer that means yes. */
export interface Question {
  readonly text: string;
  readonly agreement: string;
}

/**
 * Asks if the key of a Document Engine may be replaced. For a public one the answer is its host, so that nobody confirms out of habit.
 *
 * @param documents - ids of the demo documents
 */
export function questionFor(
  { url, host, reach }: EngineAddress,
  { version, currentKey }: Examined,
  documents: readonly string[],
): Question {
  const key = currentKey === undefined ? 'Its current key' : `Its current key (id ${currentKey} of its list)`;
  const facts = [
    `Document Engine ${version} at ${url} accepts the API token.`,
    '',
    `${key} is replaced by one of the local stack,`,
    'which lives in memory until Ctrl-C. Document Engine then refuses tokens of the',
    'replaced key, from every app and backend.',
    `It gets the demo documents ${documents.join(' and ')},`,
    'unless it has documents of these ids: the demo users can open those then.',
    '',
  ];
  if (reach !== 'public') {
    return { text: [...facts, 'Replace the key? Type yes: '].join('\n'), agreement: 'yes' };
  }
  const warning = [
    `WARNING: ${host} is reachable from the internet.`,
    'People may work with it now. They would be locked out until you make its former',
    'public key current again. Continue only if it is yours to test with.',
    '',
    `Type the name ${host} to replace its key: `,
  ];
  return { text: [...facts, ...warning].join('\n'), agreement: host };
}

/** Asks on the terminal. The end of input (Ctrl-D) and Ctrl-C mean no. @returns true if the user agrees */
export async function agreed({ text, agreement }: Question): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<string>((resolve) => {
    terminal.once('close', () => {
      resolve('');
    });
  });
  try {
    const answer = await Promise.race([terminal.question(text), ended]);
    // The terminal has not moved to the next line.
    if (answer === '') process.stderr.write('\n');
    return answer.trim() === agreement;
  } finally {
    terminal.close();
  }
}
