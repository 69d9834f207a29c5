import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { replaceProcesses } from '../../../../../tools/cli/keys/replace-processes.ts';
import { type StageClients } from '../../../../../tools/cli/stage-clients.ts';
import { type LoopbackServer } from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { clientsOf, FakeFunctions } from '../../../../support/aws/fake-functions.ts';

const MINT = 'layermint-prod-mintToken';
const SWEEP = 'layermint-prod-sweepRevocations';
const NAMES = [MINT, SWEEP];

let aws: FakeFunctions;
let server: LoopbackServer;
let clients: StageClients;

beforeEach(async () => {
  aws = new FakeFunctions();
  aws.add(MINT, '7');
  aws.add(SWEEP);
  aws.currentKey = 'new';
  server = await aws.listen();
  clients = clientsOf(server);
});

afterEach(() => server.close());

const messageOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('a leaked key in a warm process of a gradual stage', () => {
  test('signs nothing more once the processes are replaced, behind an alias and on $LATEST', async () => {
    aws.looks = 1;
    expect([...aws.keysInUse(MINT), ...aws.keysInUse(SWEEP)]).toEqual(['leaked', 'leaked']);

    await replaceProcesses(clients, NAMES);

    expect([...aws.keysInUse(MINT), ...aws.keysInUse(SWEEP)]).toEqual(['new', 'new']);
    expect(aws.get(MINT).alias).toMatchObject({ version: '8', weights: {} });
    expect(aws.get(MINT).versions.get('8')).toMatchObject({
      code: 'code',
      variables: { A: 'a', PROCESSES_REPLACED_AT: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
  });

  test('signs nothing more after a second run either', async () => {
    await replaceProcesses(clients, NAMES);
    aws.currentKey = 'newest';

    await replaceProcesses(clients, NAMES);

    expect(aws.keysInUse(MINT)).toEqual(['newest']);
    expect(aws.get(MINT).alias?.version).toBe('9');
  });

  test('is not brought back by a deployment: while one is under way, nothing is changed and the message says how to end it', async () => {
    for (const status of ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS']) {
      aws.stackStatus = status;

      const message = await messageOf(replaceProcesses(clients, NAMES));

      expect(message).toContain(`A deployment of layermint-prod is under way (${status}).`);
      expect(message).toContain(
        '`aws cloudformation cancel-update-stack --stack-name layermint-prod --region eu-central-1`',
      );
    }
    expect(aws.changes).toEqual([]);
  });

  test('is replaced while CloudFormation cleans up after a deployment', async () => {
    aws.stackStatus = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
    await replaceProcesses(clients, NAMES);
    expect(aws.keysInUse(MINT)).toEqual(['new']);
  });

  test('is not left in a version that gets a share of the requests: a shift that is under way is refused', async () => {
    const { alias } = aws.get(MINT);
    if (alias) alias.weights = { '6': 0.1 };

    expect(await messageOf(replaceProcesses(clients, NAMES))).toContain(
      'layermint-prod-mintToken shifts requests between its versions 7 and 6.',
    );
    expect(aws.changes).toEqual([]);
  });

  test('is not a reason to publish code that was rolled back: other code in $LATEST is refused', async () => {
    const latest = aws.get(MINT).versions.get('$LATEST');
    if (latest) latest.code = 'of a failed deployment';

    expect(await messageOf(replaceProcesses(clients, NAMES))).toContain(
      'The API uses version 7 of layermint-prod-mintToken, and $LATEST has other code',
    );
    expect(aws.changes).toEqual([]);
  });

  test('is not a reason to publish code that a deployment brings in between', async () => {
    aws.beforeChange = (change) => {
      const latest = aws.get(MINT).versions.get('$LATEST');
      if (change === `POST ${MINT} versions` && latest) latest.code = 'new';
    };

    expect(await messageOf(replaceProcesses(clients, NAMES))).toContain('InvalidParameterValueException');
    expect(aws.get(MINT).alias?.version).toBe('7');
  });

  test('does not make the command overwrite an alias that something has moved meanwhile', async () => {
    aws.beforeChange = (change) => {
      const { alias } = aws.get(MINT);
      if (change === `PUT ${MINT} aliases/live` && alias) alias.revision += 1;
    };

    expect(await messageOf(replaceProcesses(clients, NAMES))).toContain('PreconditionFailedException');
  });
});

test('the command does not say that it is done if something moves the alias back at once', async () => {
  aws.afterChange = (change) => {
    const { alias } = aws.get(MINT);
    if (change === `PUT ${MINT} aliases/live` && alias) alias.weights = { '7': 0.9 };
  };

  expect(await messageOf(replaceProcesses(clients, NAMES))).toContain(
    'was moved to version 8, and something moved it again to 8 and 7.',
  );
});

test('a stage without a gradual deployment needs no right to read its stack', async () => {
  aws.add(MINT);
  aws.stackStatus = 'UPDATE_IN_PROGRESS';
  aws.get(MINT).warm.set('$LATEST', 'leaked');

  await replaceProcesses(clients, NAMES);

  expect(aws.keysInUse(MINT)).toEqual(['new']);
  expect(aws.changes).toEqual([`PUT ${MINT} configuration`, `PUT ${SWEEP} configuration`]);
});
