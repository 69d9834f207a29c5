import { expect, test } from '@jest/globals';
import { ROUTES } from '../../../../lib/http/routes/catalogue.ts';
import { examplesOf } from '../../../support/guides/guide.ts';

const headings = examplesOf('docs/api.md').map(({ heading }) => heading);

test.each(Object.values(ROUTES))(
  'docs/api.md has an example that can be run under the heading of $key',
  ({ key }) => {
    expect(headings.filter((heading) => heading.startsWith(`\`${key}`))).not.toEqual([]);
  },
);
