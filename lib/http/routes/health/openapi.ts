import type { DescribedResource } from '../openapi.ts';
import { HealthAnswer } from './schemas.ts';

/** Describes the route of the health. */
export const healthResource: DescribedResource = {
  tag: { name: 'service', description: 'Public: keys and health.' },
  schemas: {
    Health: {
      schema: HealthAnswer,
      remarks: {
        '': 'That the service is alive.',
        status: 'Always `ok`.',
        version: 'The version that is deployed.',
      },
    },
  },
  operations: {
    getHealth: {
      summary: 'See that the service is alive',
      description: 'It calls nothing, so it says nothing of the table, the key or Document Engine.',
      successes: { 200: 'Alive.' },
    },
  },
};
