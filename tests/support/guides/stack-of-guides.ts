import { afterAll, beforeAll } from '@jest/globals';
import { type LocalStack, startLocalStack } from '../local-stack/local-stack.ts';

let running: LocalStack | undefined;

/** Starts one stack before the tests of a file, and stops it after them. */
export function guideOneStack(): void {
  beforeAll(async () => {
    running = await startLocalStack(['--log-level', 'warn']);
  });
  afterAll(async () => {
    await running?.stop();
  });
}

/** The running stack. */
export function stack(): LocalStack {
  if (running === undefined) throw new Error('The stack runs within tests only.');
  return running;
}
