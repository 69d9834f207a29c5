// Every script of package.json loads this file first. It explains an incomplete installation in one line. Without it, Node prints
// a stack trace about `.ts` files, or the shell cannot find eslint.
//
// The machine's own Node runs it then, so it is CommonJS without dependencies, in syntax that any old Node reads.
'use strict';

/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS, see above */
const { existsSync } = require('fs');
const { join } = require('path');

/** The major version that functions run on (serverless.yml), and the first to run this project's TypeScript as it is. */
const NODE = 24;

const isInstalled = (file) => existsSync(join(__dirname, '../node_modules', file));

/** Says in one line how to complete the installation; undefined if it is complete. */
function missing() {
  // npm writes this file at the end of an installation.
  if (!isInstalled('.package-lock.json'))
    return `Layermint is not installed yet: run \`npm ci\` first. It also installs Node ${NODE}, which every script runs on.`;
  if (!isInstalled('node/package.json'))
    return 'The development packages of Layermint are not installed: run `npm ci --include=dev`.';
  if (Number.parseInt(process.versions.node, 10) < NODE)
    return `Layermint needs Node ${NODE}, and this is Node ${process.versions.node}, as npm has skipped the install scripts: run \`npm rebuild node --ignore-scripts=false\`, or put your own Node ${NODE} on the PATH.`;
  return undefined;
}

const message = missing();
if (message !== undefined) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
