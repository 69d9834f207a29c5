import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { checkStageParameters } from '../../../infra/stages/check-parameters.ts';
import { DEFAULTS, PARAMETERS } from '../../../infra/stages/parameters.ts';

const textOf = (page: string): string => readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');

const guide = textOf('docs/deployment.md');

/** The content of the guide's code blocks in a language, without the indent of a list. */
const blocksIn = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^\\1\`\`\``, 'gms'))].map(
    ([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );

test('packaging finds no fault in the stage that docs/deployment.md adds', () => {
  const stages = blocksIn('yaml').filter((block) => block.startsWith('prod:'));
  expect(stages).toHaveLength(1);
  const { prod } = z
    .object({ prod: z.record(z.string(), z.unknown()) })
    .parse(parse(stages.join('\n')) as unknown);
  expect(checkStageParameters('prod', { ...DEFAULTS, ...prod })).toEqual([]);
});

test('a workflow of any other repository cannot take the role of the pipeline', () => {
  const conditions = blocksIn('json').map((block): unknown => JSON.parse(block));
  expect(conditions).toMatchObject([
    {
      Statement: [
        {
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
              'token.actions.githubusercontent.com:sub': expect.stringMatching(
                /^repo:[^*]+:environment:[^*]+$/,
              ),
            },
          },
        },
      ],
    },
  ]);
});

test('the workflow stores no key, and no newer run ends an older one in the middle of a deployment', () => {
  const workflow: unknown = parse(blocksIn('yaml').find((block) => block.startsWith('name: deploy')) ?? '');
  expect(workflow).toMatchObject({
    permissions: { contents: 'read', 'id-token': 'write' },
    concurrency: { 'cancel-in-progress': false },
    jobs: { deploy: { environment: 'prod' } },
  });
  expect(JSON.stringify(workflow)).not.toMatch(/secrets\.|AWS_SECRET|access-key/i);
});

test('every stage option that answers a finding of scanners is a parameter of a stage', () => {
  const page = textOf('docs/security.md');
  const section = page.slice(page.indexOf('## Findings of scanners'), page.indexOf('## Left to you'));
  const options = [...section.matchAll(/\*\*stage options?\*\* (`\w+`(?: with `\w+`)?)/gi)].flatMap(
    ([, names = '']) => names.split(' with ').map((name) => name.replaceAll('`', '')),
  );
  expect(options).toEqual(expect.arrayContaining(['vpc', 'tracing', 'tableKmsKey']));
  expect(options.filter((option) => !Object.hasOwn(PARAMETERS, option))).toEqual([]);
});
