import { expect, test } from '@jest/globals';
import { readExchanges } from '../../../../tools/openapi/exchanges.ts';
import { responsesOf } from '../../../../tools/openapi/responses.ts';
import { OPERATIONS } from '../../../../tools/openapi/service.ts';

const health = OPERATIONS.filter(({ id }) => id === 'getHealth');
const ofHealth = (await readExchanges()).filter(({ operation }) => operation === 'getHealth');

test('A success that no recorded example shows is not published, and the message says where to ask for one', () => {
  expect(health).toHaveLength(1);
  for (const operation of health) {
    expect(() => responsesOf(operation, [])).toThrow(
      'No example shows 200 of getHealth: ask for one in tools/openapi/requests.ts.',
    );
  }
});

test('A success that nothing describes is not published, and the message says where to describe it', () => {
  for (const operation of health) {
    const prose = { ...operation.prose, successes: {} };
    expect(() => responsesOf({ ...operation, prose }, ofHealth)).toThrow(
      'Nothing describes 200 of getHealth: its place is the openapi.ts beside its handler.',
    );
  }
});
