import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../../tools/cli/errors.ts';
import { findGrantTable, type TableOptions } from '../../../../tools/cli/grant-table.ts';
import { startProvenServer } from '../../../support/local-stack/proven-server.ts';
import { startStranger } from '../../../support/local-stack/stranger.ts';

const VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
const before = new Map<string, string | undefined>();

/** No region in the environment, nor in a file of the AWS CLI. */
beforeEach(() => {
  for (const variable of VARIABLES) {
    before.set(variable, process.env[variable]);
    if (variable.endsWith('_FILE')) process.env[variable] = '/dev/null';
    else Reflect.deleteProperty(process.env, variable);
  }
});

afterEach(() => {
  for (const [variable, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, variable);
    else process.env[variable] = value;
  }
});

async function find(options: TableOptions): Promise<string> {
  const { client, name, privateLayerPrefix } = await findGrantTable(options);
  const found = `${name}, ${await client.config.region()}, ${privateLayerPrefix}`;
  client.destroy();
  return found;
}

describe('the table of grants', () => {
  test('can be named, with the region of the stage', async () => {
    expect(await find({ table: 't', stage: 'example-full' })).toMatch(/^t, eu-central-1, /);
  });

  test('can be named, with the region of the environment', async () => {
    process.env['AWS_REGION'] = 'eu-west-3';

    expect(await find({ table: 't' })).toBe('t, eu-west-3, user:');
  });

  test.each<[string, TableOptions, string]>([
    ['no stage', {}, '--stage, --local or --table is required (see --help).'],
    [
      'no region',
      { table: 't' },
      'The AWS region of the table is not known: give --stage as well, or set AWS_REGION.',
    ],
    [
      'an unknown stage',
      { table: 't', stage: 'exmple' },
      'infra/stages/stages.yml has no stage "exmple". Did you mean "example"?',
    ],
    [
      'an example',
      { stage: 'example' },
      'The stage "example" is never deployed. Add a stage of your own to infra/stages/stages.yml.',
    ],
    ['a port of AWS', { table: 't', port: '1' }, '--port goes with --local (see --help).'],
    [
      'a table of the local stack',
      { table: 't', stage: 'local' },
      '--table goes with --stage, not with --local (see --help).',
    ],
    [
      'a table with --local',
      { table: 't', local: true },
      '--table goes with --stage, not with --local (see --help).',
    ],
    [
      'a local stack that does not run',
      { local: true, port: '1' },
      'No local stack of this folder answers at http://127.0.0.1:1. Start it with npm start, give its port with --port, or call this command in the folder and as the user of npm start.',
    ],
  ])('is not found with %s', async (_what, options, message) => {
    await expect(find(options)).rejects.toThrow(new UsageError(message));
  });

  test.each([
    '<html>',
    '{}',
    '{"name": "t", "endpoint": 4747}',
    '{"name": "t", "endpoint": "http://10.0.0.1:80"}',
  ])('is not found at a stack that answers %s', async (body) => {
    const server = await startProvenServer(() => Promise.resolve({ status: 200, headers: {}, body }));

    await expect(find({ local: true, port: server.port })).rejects.toThrow(
      `The local stack at ${server.url} is of another version than this command.`,
    );

    await server.close();
  });

  test('of the local stack is not that of a stranger on its port', async () => {
    const body = '{"name": "t", "endpoint": "http://127.0.0.1:1"}';
    const stranger = await startStranger(body);

    await expect(find({ local: true, port: stranger.port })).rejects.toThrow(
      `The program at ${stranger.url} is not the local stack that was started here`,
    );

    await stranger.close();
  });
});
