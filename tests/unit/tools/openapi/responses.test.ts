import { expect, test } from '@jest/globals';
import { readExchanges } from '../../../../tools/openapi/exchanges.ts';
import { responsesOf } from '../../../../tools/openapi/responses.ts';
import { OPERATIONS } from '../../../../tools/openapi/service.ts';

const health = OPERATIONS.filter(({ id }) => id === 'getHealth');
const ofHealth = (await readExchanges()).filter(({ operation }) => operation === 'getHealth');

test('A success without a recorded example is not published, and the message names the file for one', () => {
  expect(health).toHaveLength(1);
  for (const operation of health) {
    expect(() => responsesOf(operation, [])).toThrow(
      'No example shows 200 of getHealth. Add a request for one to tools/openapi/requests.ts.',
    );
  }
});

test('A success without a description is not published, and the message names the file for it', () => {
  for (const operation of health) {
    const prose = { ...operation.prose, successes: {} };
    expect(() => responsesOf({ ...operation, prose }, ofHealth)).toThrow(
      'Nothing describes 200 of getHealth. Describe it in the openapi.ts beside its handler.',
    );
  }
});
