import * as z from 'zod';
import { FAILURES_PATH } from '../../local/stack/routes/paths.ts';
import { printLine } from '../command.ts';
import type { LocalStack } from '../local-stack.ts';

const Failures = z.object({
  waiting: z.number(),
  messages: z.array(
    z.object({
      id: z.string(),
      timestamp: z.string(),
      functionName: z.string(),
      requestPayload: z.unknown(),
    }),
  ),
});

const Emptied = z.object({ done: z.number(), waiting: z.number() });

/** The number of messages, in words. */
const messages = (count: number): string => `${count} message${count === 1 ? '' : 's'}`;

/** Prints the oldest messages of the failure queue. As JSON, they have the events of the functions. */
export async function showFailures(stack: LocalStack, asJson: boolean): Promise<number> {
  const failures = await stack.read(FAILURES_PATH, Failures);
  if (asJson) {
    printLine(JSON.stringify(failures));
    return 0;
  }
  for (const { timestamp, functionName } of failures.messages) printLine(`${timestamp}  ${functionName}`);
  const more = failures.waiting - failures.messages.length;
  if (more > 0) printLine(`and ${more} more`);
  printLine(`The failure queue has ${messages(failures.waiting)}.`);
  return 0;
}

/**
 * Empties the failure queue, with or without calling the functions again.
 *
 * @returns 1 if a function failed again, and its messages are still there
 */
export async function emptyFailures(stack: LocalStack, how: 'redrive' | 'purge'): Promise<number> {
  const { done, waiting } = await stack.change(`${FAILURES_PATH}/${how}`, Emptied);
  printLine(`${messages(done)} ${how === 'purge' ? 'deleted' : 'carried out again and deleted'}.`);
  if (waiting > 0) printLine(`${messages(waiting)} left. Repair the cause, and run the command again.`);
  return waiting > 0 ? 1 : 0;
}
