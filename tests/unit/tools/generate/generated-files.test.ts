import { expect, test } from '@jest/globals';
import { compare, GENERATED_FILES } from '../../../../tools/generate/generated-files.ts';

test.each(GENERATED_FILES)('$path matches the code; otherwise run npm run generate', async (file) => {
  const { is, shouldBe } = await compare(file);
  expect(is).toBe(shouldBe);
});
