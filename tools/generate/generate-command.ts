import { writeFile } from 'node:fs/promises';
import { compare, GENERATED_FILES } from './generated-files.ts';

for (const file of GENERATED_FILES) {
  const { url, is, shouldBe } = await compare(file);
  if (is !== shouldBe) await writeFile(url, shouldBe);
  console.log(`${file.path}: ${is === shouldBe ? 'as it was' : 'written'}`);
}
