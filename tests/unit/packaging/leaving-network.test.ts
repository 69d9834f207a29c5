import { expect, test } from '@jest/globals';
import { checkLeavingNetwork } from '../../../infra/packaging/template/leaving-network.ts';

/** Makes the resources of a stack with one function, inside or outside a VPC, whose role has rights to network interfaces. */
const stackWith = (inside: boolean, ...actions: readonly string[]) => ({
  Sweep: {
    Type: 'AWS::Lambda::Function',
    Properties: inside ? { VpcConfig: { SubnetIds: ['subnet-0a1b2c3d'] } } : {},
  },
  SweepRole: {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions }] } }] },
  },
});

const INSIDE = stackWith(true, 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface');
const LEAVING = stackWith(false, 'ec2:DeleteNetworkInterface');
const OUTSIDE = stackWith(false);

test('a stack does not leave its VPC in one step, which would leave network interfaces behind', () => {
  expect(() => {
    checkLeavingNetwork({ Resources: OUTSIDE }, INSIDE);
  }).toThrow('First deploy with vpc and with vpcFunctions: none');
});

test.each([
  ['for the first time', OUTSIDE, undefined],
  ['into its VPC', INSIDE, OUTSIDE],
  ['within its VPC', INSIDE, INSIDE],
  ['out of its VPC, while its roles can still delete', LEAVING, INSIDE],
  ['without these rights, after the functions have left', OUTSIDE, LEAVING],
])('a stack is deployed %s', (_what, Resources, deployed) => {
  expect(() => {
    checkLeavingNetwork({ Resources }, deployed);
  }).not.toThrow();
});
