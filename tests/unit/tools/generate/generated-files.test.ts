import { expect, test } from '@jest/globals';
import { compare, GENERATED_FILES } from '../../../../tools/generate/generated-files.ts';

test.each(GENERATED_FILES)('$path says what the code says; else: npm run generate', async (file) => {
  const { is, shouldBe } = await compare(file);
  expect(is).toBe(shouldBe);
});
