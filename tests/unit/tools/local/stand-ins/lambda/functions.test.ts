import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import {
  type FunctionDefinition,
  type Functions,
  FunctionStartError,
  startFunctions,
} from '../../../../../../tools/local/stand-ins/lambda/functions.ts';

// Every test starts threads, which is slow on a busy machine.
jest.setTimeout(60_000);

const PROJECT = fileURLToPath(new URL('../../../../../../', import.meta.url));

let functions: Functions | undefined;
let written: string[] = [];
afterEach(async () => {
  await functions?.close();
  functions = undefined;
  written = [];
});

async function start(...definitions: Partial<FunctionDefinition>[]): Promise<Functions> {
  const standard: FunctionDefinition = {
    name: 'fn',
    handler: 'tests/support/local-stack/handlers/behaviour.handler',
    environment: {},
    timeoutSeconds: 20,
    memorySizeMb: 512,
  };
  functions = await startFunctions(
    definitions.map((it) => ({ ...standard, ...it })),
    PROJECT,
    (_, line) => written.push(line),
  );
  return functions;
}

describe('A local function', () => {
  test('sees its own environment and nothing of the stack’s', async () => {
    process.env['OF_THE_STACK'] = 'secret';
    const { invoke } = await start(
      { name: 'one', environment: { NAME: 'first' } },
      { name: 'two', environment: { NAME: 'second' } },
    );
    const [one, two] = await Promise.all([
      invoke('one', { behaviour: 'describe' }),
      invoke('two', { behaviour: 'describe' }),
    ]);
    expect(one).toMatchObject({ environment: { NAME: 'first', AWS_LAMBDA_FUNCTION_NAME: 'one' } });
    expect(two).toMatchObject({ environment: { NAME: 'second', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512' } });
    for (const seen of [one, two]) {
      expect(seen).not.toHaveProperty(['environment', 'OF_THE_STACK']);
      expect(seen).not.toHaveProperty(['environment', 'PATH']);
    }
  });

  test('gets the same context as on Lambda', async () => {
    const { invoke } = await start({});
    const [first, second] = await Promise.all([
      invoke('fn', { behaviour: 'describe' }),
      invoke('fn', { behaviour: 'describe' }),
    ]);
    expect(first).toMatchObject({ functionName: 'fn', requestId: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(first).not.toHaveProperty('requestId', (second as { requestId: string }).requestId);
    const { remaining } = first as { remaining: number };
    expect(remaining).toBeLessThanOrEqual(20_000);
    expect(remaining).toBeGreaterThan(0);
  });

  test('stays warm between invocations, and is replaced by a restart', async () => {
    const started = await start({});
    expect(await started.invoke('fn', { behaviour: 'describe' })).toMatchObject({ invocations: 1 });
    expect(await started.invoke('fn', { behaviour: 'describe' })).toMatchObject({ invocations: 2 });
    await started.restart('fn');
    expect(await started.invoke('fn', { behaviour: 'describe' })).toMatchObject({ invocations: 1 });
  });

  test('answers null if it returns nothing, and has its output forwarded line by line', async () => {
    const { invoke } = await start({});
    expect(await invoke('fn', { behaviour: 'write' })).toBeNull();
    await functions?.close();
    expect(written.toSorted()).toEqual(['to standard error', 'to standard output']);
  });

  test('has its output read before its answer, so that a restart loses no line of the log', async () => {
    const started = await start({});
    for (const calls of [1, 2, 3, 4, 5]) {
      await started.invoke('fn', { behaviour: 'write lines', lines: 20 });
      await started.restart('fn');
      expect(written).toHaveLength(20 * calls);
    }
  });

  test('can answer as many bytes of JSON as Lambda allows, and fails with one more', async () => {
    const { invoke } = await start({});
    const most = 6_291_556;
    expect(await invoke('fn', { behaviour: 'answer', bytes: most })).toHaveLength(most - 2);
    await expect(invoke('fn', { behaviour: 'answer', bytes: most + 1 })).rejects.toMatchObject({
      name: 'FunctionError',
      errorType: 'Function.ResponseSizeTooLarge',
      message: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    });
    expect(await invoke('fn', { behaviour: 'describe' })).toMatchObject({ invocations: 3 });
  });

  test('fails with its exception, and stays warm', async () => {
    const { invoke } = await start({});
    await expect(invoke('fn', { behaviour: 'throw' })).rejects.toMatchObject({
      name: 'FunctionError',
      errorType: 'TypeError',
      message: 'it went wrong',
      trace: expect.stringContaining('behaviour.ts'),
    });
    expect(await invoke('fn', { behaviour: 'describe' })).toMatchObject({ invocations: 2 });
  });

  test.each([
    [
      'does not answer in time',
      'hang',
      { errorType: 'Sandbox.Timedout', message: 'Task timed out after 0.20 seconds' },
    ],
    ['leaves a rejection unhandled', 'reject later', { errorType: 'RangeError', message: 'nobody waits' }],
    ['ends its process', 'exit', { errorType: 'Runtime.ExitError' }],
  ])('that %s fails, and the next invocation gets a new process', async (_, behaviour, failure) => {
    const { invoke } = await start({ timeoutSeconds: behaviour === 'hang' ? 0.2 : 20 });
    await expect(invoke('fn', { behaviour })).rejects.toMatchObject(failure);
    expect(await invoke('fn', { behaviour: 'describe' })).toMatchObject({ invocations: 1 });
  });

  test('cannot be invoked under a name that serverless.yml does not have', async () => {
    const { invoke } = await start({});
    await expect(invoke('other', {})).rejects.toThrow('There is no function "other" in serverless.yml');
  });
});

describe('Starting the functions', () => {
  test.each([
    [
      'throws while it loads',
      'tests/support/local-stack/handlers/unloadable.handler',
      'STAGE_PARAMETER is missing',
    ],
    [
      'has no such export',
      'tests/support/local-stack/handlers/behaviour.missing',
      'exports no function "missing"',
    ],
    ['does not exist', 'tests/support/local-stack/handlers/nothing.handler', 'Cannot find module'],
  ])('fails with the name of a function that %s, and the reason', async (_, handler, reason) => {
    const started = start({}, { name: 'broken', handler });
    await expect(started).rejects.toThrow(FunctionStartError);
    await expect(started).rejects.toThrow('The function "broken" does not start');
    await expect(started).rejects.toThrow(reason);
  });
});
