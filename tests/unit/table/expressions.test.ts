import { expect, test } from '@jest/globals';
import { all } from '../../../lib/table/expressions.ts';

test('Joined conditions keep the values and the stand-ins for names of each', () => {
  const joined = all(
    { text: 'epoch = :epoch', values: { ':epoch': 1 } },
    { text: '#state = :state', values: { ':state': 'current' }, names: { '#state': 'state' } },
  );
  expect(joined).toEqual({
    text: 'epoch = :epoch AND #state = :state',
    values: { ':epoch': 1, ':state': 'current' },
    names: { '#state': 'state' },
  });
});
