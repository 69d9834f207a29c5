import type { Context } from 'aws-lambda';

let invocations = 0;

/** Shows the behaviour that its event names. */
export async function handler(
  event: { readonly behaviour: string; readonly bytes?: number; readonly lines?: number },
  context: Context,
): Promise<unknown> {
  invocations += 1;
  switch (event.behaviour) {
    case 'describe':
      return {
        invocations,
        environment: process.env,
        functionName: context.functionName,
        requestId: context.awsRequestId,
        remaining: context.getRemainingTimeInMillis(),
      };
    case 'answer':
      // JSON adds two quotes to a string.
      return 'x'.repeat((event.bytes ?? 2) - 2);
    case 'write':
      process.stdout.write('to standard output\n');
      process.stderr.write('to standard error\n');
      return undefined;
    case 'write lines':
      for (let line = 1; line <= (event.lines ?? 0); line++) process.stdout.write(`line ${line}\n`);
      return undefined;
    case 'throw':
      throw new TypeError('it went wrong');
    case 'reject later':
      // Nobody handles this rejection, which ends the process.
      void Promise.reject(new RangeError('nobody waits'));
      return new Promise(() => undefined);
    case 'exit':
      return process.exit(1);
    default:
      return new Promise(() => undefined);
  }
}
