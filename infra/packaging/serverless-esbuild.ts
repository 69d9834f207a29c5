import { bundleOptions } from './bundle.ts';

/** Configures serverless-esbuild: our bundle, without the plugin's own defaults. */
function configuration(): object {
  return {
    ...bundleOptions,
    // package.json says `"type": "module"`, which would make Node read CommonJS in a `.js` file as an ES module.
    outputFileExtension: '.cjs',
    // By default, the plugin leaves `aws-sdk` out.
    exclude: [],
    // By default, it keeps esbuild's contexts for rebuilding, and does not dispose of them if a build fails. The command would
    // print the error and hang.
    skipRebuild: true,
  };
}

// serverless-esbuild calls the result of `require`. This export name makes it the function itself.
export { configuration as 'module.exports' };
