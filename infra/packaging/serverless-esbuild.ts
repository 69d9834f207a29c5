import { bundleOptions } from './bundle.ts';

/** The configuration of serverless-esbuild: the bundle, and what the plugin adds of its own by default and must not. */
function configuration(): object {
  return {
    ...bundleOptions,
    // package.json says `"type": "module"`, which would make Node read CommonJS in a `.js` file as an ES module.
    outputFileExtension: '.cjs',
    // By default the plugin leaves `aws-sdk` out.
    exclude: [],
    // By default it keeps esbuild's contexts for rebuilding, and does not dispose of them when a build fails: the command would
    // print the error and hang.
    skipRebuild: true,
  };
}

// serverless-esbuild calls what `require` gives it; this name makes that the function itself.
export { configuration as 'module.exports' };
