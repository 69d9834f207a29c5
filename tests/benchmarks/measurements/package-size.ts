import { readFile } from 'node:fs/promises';
import { atMost, type Measurement } from '../measurement.ts';
import { bundleMint, withWorkspace } from '../packaged-functions.ts';
import { zipSize } from '../zip-size.ts';

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`;

/** Measures the package that Lambda loads before the function can start. */
export const packageSize: Measurement = {
  what: "the mint function's zip",
  budget: atMost(90_000, kilobytes),
  exact: true,
  measure: () =>
    withWorkspace(async (workspace) => {
      const content = await readFile(await bundleMint(workspace));
      return {
        value: zipSize([{ name: 'functions/mint-token.cjs', content }]),
        notes: [
          `the deployed bundle (${kilobytes(content.length)}), deflated at the level that the Serverless CLI's packaging uses, as the zip's only file`,
        ],
      };
    }),
};
