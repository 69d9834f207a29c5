import * as z from 'zod';
import type { ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';

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
      does: 'The private network for the functions that call Document Engine. They must be able to reach AWS from there too.',
    },
    memorySizeMb: {
      default: 1024,
      value: () => values.whole(128, 10240),
      allowed: '128 to 10240',
      does: 'The memory of each function. A process that mints needs an eighth of 1024 MB (`npm run bench`), but its share of a processor grows with the memory.',
    },
  },
};
