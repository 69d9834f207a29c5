import { expect, test } from '@jest/globals';
import { policiesOf } from '../../../infra/deployer/policies.ts';

const WEB_ACL = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/layermint/1234abcd';
const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:layermint-origin-AbCdEf';

const header = {
  HeaderName: 'X-Layermint-Origin',
  HeaderValue: `{{resolve:secretsmanager:${SECRET}:SecretString}}`,
};

const Properties = {
  DistributionConfig: { WebACLId: WEB_ACL, Origins: [{ OriginCustomHeaders: [header] }] },
};

test('the deployer of a stage with CloudFront can make distributions, use its web ACL, and read the value of its header', () => {
  const place = {
    partition: 'aws',
    region: 'eu-central-1',
    account: '111122223333',
    stack: 'layermint-prod',
  };
  const template = { Resources: { Distribution: { Type: 'AWS::CloudFront::Distribution', Properties } } };
  const { Statement } = policiesOf(template, place).resources;
  const resourcesOf = (action: string): unknown[] =>
    Statement.filter(({ Action }) => (Action as string[]).includes(action)).map(({ Resource }) => Resource);

  expect(resourcesOf('cloudfront:UpdateDistribution')).toEqual([
    ['arn:aws:cloudfront::111122223333:distribution/*'],
  ]);
  expect(resourcesOf('wafv2:GetWebACL')).toEqual([[WEB_ACL]]);
  expect(resourcesOf('secretsmanager:GetSecretValue')).toEqual([[SECRET]]);
});
