import { describe, expect, test } from '@jest/globals';
import { ExampleProcess } from '../support/guides/example-process.ts';
import { startScriptedServer, type ScriptedAnswer } from '../support/guides/scripted-server.ts';

const STACK = {
  status: 200,
  body: { tokenEndpoint: 'http://127.0.0.1', documentEngine: 'http://127.0.0.1' },
};

describe.each(['examples/node-backend/main.js', 'examples/web/serve.js'])('%s', (script) => {
  /** Runs it beside a server in place of the local stack. @returns how it ended, with everything that it wrote */
  async function endOf(answers: readonly ScriptedAnswer[], portOf: (server: URL) => string = () => '0') {
    const server = await startScriptedServer(answers);
    if (answers.length === 0) await server.close();
    const url = new URL(server.url);
    const environment = { LAYERMINT_API: server.url, CLIENT_SECRET: 'any', PORT: portOf(url) };
    const outcome = await ExampleProcess.start(script, environment).catch((error: unknown) => error);
    if (answers.length > 0) await server.close();
    if (outcome instanceof Error) return { url, message: outcome.message };
    await (outcome as Awaited<ReturnType<typeof ExampleProcess.start>>).example.stop();
    return { url, message: 'It ran.' };
  }

  const OTHER_PROGRAMS: readonly (readonly [string, readonly ScriptedAnswer[]])[] = [
    ['nothing listens', []],
    ['another program answers 404', [{ status: 404, body: { message: 'Not Found' } }]],
    ['another program answers with other JSON', [{ status: 200, body: {} }]],
  ];

  test.each(OTHER_PROGRAMS)(
    'says that no local stack runs, and how to start one, if %s',
    async (_, answers) => {
      const { url, message } = await endOf(answers);

      expect(message).toBe(
        `${script} ended with 1:\nNo local stack answers at ${url.origin}. Start it with npm start.\n`,
      );
    },
  );

  test('says that its port is taken, and how to choose another', async () => {
    const { url, message } = await endOf([STACK], ({ port }) => port);

    const next = Number(url.port) + 1;
    expect(message).toBe(
      `${script} ended with 1:\nPort ${url.port} is already taken. Choose another: PORT=${next} node ${script}\n`,
    );
  });
});
