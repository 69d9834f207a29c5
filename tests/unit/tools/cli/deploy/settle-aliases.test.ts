import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { settleAliases } from '../../../../../tools/cli/deploy/settle-aliases.ts';
import { replaceProcesses } from '../../../../../tools/cli/keys/replace-processes.ts';
import { type StageClients } from '../../../../../tools/cli/stage-clients.ts';
import { type LoopbackServer } from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { clientsOf, FakeFunctions } from '../../../../support/aws/fake-functions.ts';

const MINT = 'layermint-prod-mintToken';
const HEALTH = 'layermint-prod-getHealth';
const MINUTES = 60_000;

let aws: FakeFunctions;
let server: LoopbackServer;
let clients: StageClients;
let printed: string[];

beforeEach(async () => {
  aws = new FakeFunctions();
  aws.add(MINT, '7');
  aws.add(HEALTH, '3');
  printed = [];
  server = await aws.listen();
  clients = clientsOf(server);
});

afterEach(() => server.close());

/** Prepares a deployment some minutes from now. */
const settle = (minutes = 0): Promise<string | undefined> =>
  settleAliases(clients, 'prod', { now: () => Date.now() + minutes * MINUTES }, (line) => printed.push(line));

test('a stage with every alias on the version that CloudFormation knows is deployed as it is', async () => {
  expect(await settle()).toBeUndefined();
  expect([aws.changes, printed]).toEqual([[], []]);
});

describe('after an emergency, whose versions CloudFormation does not know', () => {
  beforeEach(async () => {
    aws.currentKey = 'new';
    await replaceProcesses(clients, [MINT]);
    aws.changes.length = 0;
  });

  test('a deployment waits until no former process can hold the leaked key, and names the way to deploy now', async () => {
    const obstacle = await settle(69);

    expect(obstacle).toMatch(
      /^The processes of layermint-prod-mintToken were replaced for a new signing key\. Until \d{4}-/,
    );
    expect(obstacle).toContain('npm run deploy -- --stage prod --param gradualDeployment=AllAtOnce');
    expect(aws.get(MINT).alias?.version).toBe('8');
    expect(aws.changes).toEqual([]);
  });

  test('the alias then returns to the version that CloudFormation knows, because CodeDeploy refuses any other', async () => {
    expect(await settle(71)).toBeUndefined();

    expect(aws.get(MINT).alias).toMatchObject({ version: '7', weights: {} });
    expect(printed).toEqual(['layermint-prod-mintToken serves version 7 again, as before the emergency.']);
  });

  test('other code is never brought back: an alias on a version with other code than that of CloudFormation stays', async () => {
    const emergency = aws.get(MINT).versions.get('8');
    if (emergency) emergency.code = 'other';

    expect(await settle(71)).toContain(
      'layermint-prod-mintToken serves version 8, and CloudFormation knows 7: something else has moved its alias',
    );
    expect(aws.changes).toEqual([]);
  });
});

test('an alias that somebody moved by hand stays, and the message names the way to deploy', async () => {
  const { alias, versions } = aws.get(HEALTH);
  versions.set('2', { variables: {}, code: 'before', state: 'Active', status: 'Successful' });
  if (alias) alias.version = '2';

  expect(await settle()).toContain(
    'layermint-prod-getHealth serves version 2, and CloudFormation knows 3: something else has moved its alias, so CodeDeploy would refuse the deployment. To deploy now, to all requests at once: npm run deploy -- --stage prod --param gradualDeployment=AllAtOnce',
  );
  expect(aws.changes).toEqual([]);
});

test('an alias that gives a share of the requests to another version stays too', async () => {
  const { alias } = aws.get(HEALTH);
  if (alias) alias.weights = { '2': 0.1 };
  aws.get(HEALTH).versions.set('2', { variables: {}, code: 'code', state: 'Active', status: 'Successful' });

  expect(await settle()).toContain('layermint-prod-getHealth serves version 3 and 2,');
});

test('a first deployment has no stack, and nothing to settle', async () => {
  aws.stackStatus = 'none';
  expect(await settle()).toBeUndefined();
  expect(printed).toEqual([]);
});

test('without the rights to look, the deployment continues, and says that it did not look', async () => {
  await server.close();
  expect(await settle()).toBeUndefined();
  expect(printed).toEqual([expect.stringMatching(/^The versions of the functions were not checked: /)]);
});
