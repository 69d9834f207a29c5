import { describe, expect, test } from '@jest/globals';
import { runCommand } from '../support/cli/run-command.ts';
import { startScriptedServer } from '../support/guides/scripted-server.ts';

const STACK = {
  status: 200,
  body: { tokenEndpoint: 'http://127.0.0.1', documentEngine: 'http://127.0.0.1' },
};

describe.each(['examples/node-backend/main.js', 'examples/browser/serve.js'])('%s', (script) => {
  test('says that no local stack runs, and how to start one', async () => {
    const gone = await startScriptedServer([]);
    await gone.close();

    expect(await runCommand(script, [], { LAYERMINT_API: gone.url, PORT: '0' })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `No local stack answers at ${gone.url}. Start it with npm start.\n`,
    });
  });

  test.each([
    ['answers 404', { status: 404, body: { message: 'Not Found' } }],
    ['describes no stack', { status: 200, body: {} }],
  ])('says the same of another program that %s', async (_, answer) => {
    const other = await startScriptedServer([answer]);

    const { exitCode, stderr } = await runCommand(script, [], { LAYERMINT_API: other.url, PORT: '0' });
    await other.close();

    expect([exitCode, stderr]).toEqual([
      1,
      `No local stack answers at ${other.url}. Start it with npm start.\n`,
    ]);
  });

  test('says that its port is taken, and how to choose another', async () => {
    const stack = await startScriptedServer([STACK]);
    const { port } = new URL(stack.url);

    const outcome = await runCommand(script, [], { LAYERMINT_API: stack.url, PORT: port });
    await stack.close();

    expect(outcome).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `Port ${port} is already taken. Choose another: PORT=${Number(port) + 1} node ${script}\n`,
    });
  });
});
