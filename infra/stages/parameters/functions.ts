import * as z from 'zod';
import { oneOf, type ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';

const VPC_FUNCTIONS = ['document-engine', 'all', 'none'];

const onOrOff = z.enum(['on', 'off'], "must be 'on' or 'off', in quotes in YAML");

/** {@link ParameterGroup} */
export const FUNCTIONS: ParameterGroup = {
  title: 'The functions',
  parameters: {
    region: {
      default: 'us-east-1',
      value: () => values.text(values.REGION, 'an AWS region such as eu-central-1'),
      allowed: 'an AWS region',
      does: 'The region of the deployment. All ARNs must be in this region.',
    },
    vpc: {
      otherwise: 'none',
      value: () =>
        z.strictObject(
          {
            securityGroupIds: values.list(/^sg-[0-9a-f]+$/, 'the id of a security group'),
            subnetIds: values.list(/^subnet-[0-9a-f]+$/, 'the id of a subnet'),
          },
          'must be {securityGroupIds: [...], subnetIds: [...]}',
        ),
      allowed: '`{securityGroupIds: […], subnetIds: […]}`',
      does: 'The private network for the functions that `vpcFunctions` names. They must be able to reach AWS from there too. See [below](#a-private-network).',
    },
    vpcFunctions: {
      default: 'document-engine',
      value: () => z.enum(VPC_FUNCTIONS, `must be one of ${VPC_FUNCTIONS.join(', ')}`),
      allowed: oneOf(VPC_FUNCTIONS),
      does: 'The functions in the network: those that call Document Engine, or all. `none` takes them all out, as a step before you remove `vpc`.',
    },
    memorySizeMb: {
      default: 1024,
      value: () => values.whole(128, 10240),
      allowed: '128 to 10240',
      does: 'The memory of each function. A process that mints needs a seventh of 1024 MB (`npm run bench`), but its share of a processor grows with the memory.',
    },
    reservedConcurrency: {
      default: 'off',
      value: () => onOrOff,
      allowed: oneOf(["'on'", "'off'"]),
      does: 'If on, 1 concurrent execution is reserved for the sweeper, 2 for rotation and 1 for the prober, so that no load on the account can stop them. See [below](#reserved-concurrency).',
    },
    tracing: {
      default: 'off',
      value: () => onOrOff,
      allowed: oneOf(["'on'", "'off'"]),
      does: 'If on, X-Ray traces the functions. A trace names functions and their durations, and holds nothing of a request. X-Ray bills each trace.',
    },
  },
};
