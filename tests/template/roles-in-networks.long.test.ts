import { expect, jest, test } from '@jest/globals';
import { replaceReferences } from '../../infra/packaging/template/references.ts';
import { packagedTemplate } from '../support/template/packaged.ts';
import { ADOPTED_TABLE, permissionsOf, type StageResources } from '../support/template/permissions.ts';
import { functionsOf, resource, statementsOf } from '../support/template/template.ts';

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const STAGE: Omit<StageResources, 'inVpc'> = {
  secret: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:layermint-signing-key-AbCdEf',
  kmsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  apiTokenSecret: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:document-engine-api-token-AbCdEf',
  proberSecret: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:layermint-prober-AbCdEf',
  traced: false,
  limited: true,
};

test.each<[string, StageResources['inVpc'], readonly string[]]>([
  [
    'document-engine',
    'document-engine',
    ['CheckKeys', 'ProbeService', 'RevokeTokens', 'RotateSigningKey', 'SetGrant', 'SweepRevocations'],
  ],
  // A stage leaves its network: the functions are out, and every role can still delete the interfaces.
  ['none', 'left', []],
])('vpcFunctions %s puts exactly these functions into the network', async (value, inVpc, inside) => {
  const template = await packagedTemplate('example-full', [`vpcFunctions=${value}`, 'tracing=off']);
  const names = functionsOf(template);

  const found = names.filter(
    (name) => resource(template, `${name}LambdaFunction`).Properties['VpcConfig'] !== undefined,
  );
  expect(found.sort()).toEqual(inside);
  for (const name of names) {
    const permissions = permissionsOf(name, { ...STAGE, inVpc });
    replaceReferences(permissions, ADOPTED_TABLE);
    expect([name, statementsOf(template, `${name}Role`)]).toEqual([name, permissions]);
  }
});
