import { describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { StartCommand, startLocalStack } from '../support/local-stack/local-stack.ts';

// Every start takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

describe('npm start as a process', () => {
  test('stops when its standard input is closed', async () => {
    const { command } = await startLocalStack();
    command.process.stdin.end();
    expect(await command.exited).toEqual({ code: 0, signal: null });
    expect(command.stderr).toBe('');
  });

  test('stops when npm gets a signal, although npm does not forward it', async () => {
    const command = new StartCommand(['--json', '--port', '0'], 'npm');
    await command.line(() => true);
    command.process.kill('SIGTERM');
    // Its output ends only after every process that could write to it.
    await command.exited;
    expect(command.stderr).toBe('');
  });

  test('names a taken port and the remedy, and does not touch the log of the stack there', async () => {
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => {
        resolve(z.object({ port: z.number() }).parse(holder.address()).port);
      });
    });
    const directory = await mkdtemp(join(tmpdir(), 'layermint-start-'));
    const log = join(directory, 'start.log');
    await writeFile(log, 'lines of the running stack\n');
    const command = new StartCommand(['--json', '--port', String(port), '--log', log]);
    const exit = await command.exited;
    const left = await readFile(log, 'utf8');
    await rm(directory, { recursive: true });
    holder.close();
    expect(exit).toEqual({ code: 1, signal: null });
    expect(command.stdout).toBe('');
    expect(command.stderr).toBe(
      `Port ${port}, for the API, is already taken, perhaps by another npm start. Stop it, or choose free ports: npm start -- --port 0\n`,
    );
    expect(left).toBe('lines of the running stack\n');
  });

  test('names a log that cannot be written, and the remedy', async () => {
    const command = new StartCommand(['--port', '0', '--log', tmpdir()]);
    expect(await command.exited).toEqual({ code: 1, signal: null });
    expect(command.stderr).toBe(
      `The log cannot be written to ${tmpdir()}: EISDIR: illegal operation on a directory, open '${tmpdir()}'. Choose another file, or the terminal: npm start -- --log -\n`,
    );
  });

  test('stops at Ctrl-C while it starts, without an error', async () => {
    const command = new StartCommand(['--port', '0', '--log', '-']);
    const first = await command.line(() => true);
    expect(await command.stop('SIGINT')).toEqual({ code: 0, signal: null });
    expect(command.stdout).toBe(`${first}\n\nLayermint has stopped.\n`);
    expect(command.stderr).toBe('');
  });

  test.each([
    [['--prot', '4'], /^There is no option --prot\. Did you mean --port\?/],
    [['--port', 'http'], /^--port must be a port number from 0 to 65533, not "http"/],
    [['--port', '65534'], /^--port must be a port number/],
    [['--host', '0.0.0.0'], /^--host must be lan or an IPv4 address of this machine/],
    [['--log', ''], /^--log must name a file, or be - for the terminal/],
    [['--log-level', 'loud'], /^--log-level must be one of debug, info, warn, error, not "loud"/],
    [['extra'], /^Unexpected argument "extra"/],
  ])('refuses %j', async (args, message) => {
    const command = new StartCommand(args);
    expect(await command.exited).toEqual({ code: 2, signal: null });
    expect(command.stdout).toBe('');
    expect(command.stderr).toMatch(message);
    expect(command.stderr).toContain('--help');
  });

  test('explains its options', async () => {
    const command = new StartCommand(['--help']);
    expect(await command.exited).toEqual({ code: 0, signal: null });
    for (const option of ['--port', '--host', '--json', '--log ', '--log-level'])
      expect(command.stdout).toContain(option);
    expect(command.stderr).toBe('');
  });
});
