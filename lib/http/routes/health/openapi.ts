import { ifNoneMatch, type DescribedResource } from '../openapi.ts';
import { HealthAnswer } from './schemas.ts';

/** Describes the route of the health. */
export const healthResource: DescribedResource = {
  tag: { name: 'service', description: 'Public: keys and health.' },
  schemas: {
    Health: {
      schema: HealthAnswer,
      remarks: {
        '': 'The answer of a service that is alive.',
        status: 'Always `ok`.',
        version: 'The deployed version.',
      },
    },
  },
  operations: {
    getHealth: {
      summary: 'Check that the service is alive',
      description:
        'The check calls no other system. It does not cover the table, the signing key and Document Engine.',
      parameters: [ifNoneMatch('the answer')],
      successes: { 200: 'Alive.', 304: 'Alive, with the same version.' },
    },
  },
};
