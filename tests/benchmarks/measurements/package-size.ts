import { readFile } from 'node:fs/promises';
import { constants, deflateRawSync } from 'node:zlib';
import { atMost, type Measurement } from '../measurement.ts';
import { bundleMint, withWorkspace } from '../packaged-functions.ts';

const NAME = 'functions/mint-token.cjs';

// APPNOTE.TXT of the zip format: a local header, a data descriptor, a central directory header, and the record at the end.
const ZIP_RECORDS = 30 + NAME.length + 16 + 46 + NAME.length + 22;

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`;

/** Measures the package that Lambda loads before the function can start. */
export const packageSize: Measurement = {
  what: "the mint function's zip",
  budget: atMost(90_000, kilobytes),
  exact: true,
  measure: () =>
    withWorkspace(async (workspace) => {
      const bundle = await readFile(await bundleMint(workspace));
      const deflated = deflateRawSync(bundle, { level: constants.Z_BEST_COMPRESSION });
      return {
        value: deflated.length + ZIP_RECORDS,
        notes: [
          `the deployed bundle (${kilobytes(bundle.length)}), deflated at the level that the Serverless CLI's packaging uses, as the zip's only file`,
        ],
      };
    }),
};
