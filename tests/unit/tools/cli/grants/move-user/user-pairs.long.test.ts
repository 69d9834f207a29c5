import { expect, test } from '@jest/globals';
import { readPairs } from '../../../../../../tools/cli/grants/move-user/user-pairs.ts';

test('A file of pairs with more faults than the stack has room for is refused with the first of them', async () => {
  async function* input(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(Buffer.from(`from,to\n${'a,b\n'.repeat(90_000)}`));
  }
  await expect(readPairs('pairs.csv', input(), 'csv')).rejects.toThrow(/and 179898 more$/);
});
