import { expect, test } from '@jest/globals';
import { checkStageParameters, type StageParameters } from '../../infra/stages/check-parameters.ts';
import { ofStage, readStages } from '../../infra/stages/stages.ts';

const stages = await readStages();

/** Lists the faults of the example stage with some parameters changed. */
const faults = (changes: StageParameters): string[] =>
  checkStageParameters('example', { ...ofStage(stages, 'example'), ...changes });

const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const role = 'arn:aws:iam::111122223333:role/team/key-operators';

test.each<[string, StageParameters]>([
  ['a table of another stack', { tableName: 'layermint-prod-Table-1ABCDEFGHIJKL' }],
  ['the smallest window of hours, from the command line', { rotationWindowHours: '1' }],
  ['a table under its own key', { tableKmsKey: 'on', kmsKeyArn }],
  ['readers of the key', { signingKeyReaders: [role] }],
  ['protection', { deletionProtection: 'on' }],
])('a stage may have %s', (_what, changes) => {
  expect(faults(changes)).toEqual([]);
});

test.each<[StageParameters, string]>([
  [{ tableName: 'arn:aws:dynamodb:us-east-1:111122223333:table/x' }, 'tableName: must be the name of a'],
  [{ tableName: 'ab' }, 'tableName: must be the name of a DynamoDB table'],
  [{ tableKmsKey: 'on' }, 'tableKmsKey: needs kmsKeyArn'],
  [{ tableKmsKey: 'on', kmsKeyArn, tableName: 'layermint-restored' }, 'tableKmsKey: is for the table of the'],
  [{ tableKmsKey: true }, "tableKmsKey: must be 'on' or 'off', in quotes in YAML"],
  [{ deletionProtection: true }, "deletionProtection: must be 'on' or 'off', in quotes in YAML"],
  [{ rotationWindowHours: 25 }, 'rotationWindowHours: must be a whole number of 1 to 24'],
  [{ rotationWindowHours: 4, rotation: 'off' }, 'rotationWindowHours: needs rotation'],
  [{ rotationWindowHours: 4, rotationIntervalDays: 1 }, 'rotationWindowHours: needs a rotationIntervalDays'],
  [{ signingKeyReaders: [] }, 'signingKeyReaders'],
  [{ signingKeyReaders: role }, 'signingKeyReaders'],
  [
    { signingKeyReaders: ['arn:aws:iam::111122223333:user/someone'] },
    'signingKeyReaders.0: must be the full',
  ],
  [{ signingKeyReaders: ['arn:aws:iam::111122223333:role/*'] }, 'signingKeyReaders.0: must be the full ARN'],
  [
    {
      signingKeyReaders: [role],
      signingKeySecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:key-AbCdEf',
    },
    "signingKeyReaders: is for the stack's secret",
  ],
])('packaging refuses %j', (changes, fault) => {
  expect(faults(changes)).toEqual([expect.stringContaining(fault)]);
});
