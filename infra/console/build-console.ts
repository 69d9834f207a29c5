import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import type { ConsoleFiles } from '../../lib/http/routes/console/console-answer.ts';

/** The sources of the console. */
const SOURCE = fileURLToPath(new URL('../../clients/console/src/', import.meta.url));

/** The module that lists the sections: one for each folder of sections that has an index. */
const sections: Plugin = {
  name: 'console-sections',
  setup(bundle) {
    bundle.onResolve({ filter: /^console:sections$/ }, ({ path }) => ({ path, namespace: 'console' }));
    bundle.onLoad({ filter: /.*/, namespace: 'console' }, () => {
      const names = readdirSync(join(SOURCE, 'sections'))
        .filter((name) => existsSync(join(SOURCE, 'sections', name, 'index.tsx')))
        .toSorted();
      const imports = names.map(
        (name, at) => `import { section as section${at} } from './sections/${name}/index.tsx';`,
      );
      const listed = names.map((_, at) => `section${at}`).join(', ');
      const sorted = `[${listed}].sort((one, other) => one.position - other.position)`;
      return { contents: [...imports, `export const SECTIONS = ${sorted};`].join('\n'), resolveDir: SOURCE };
    });
  },
};

/**
 * Builds the files of the console: the page, its script, its style sheet and its icon. The names of all but the page have a hash
 * of their content.
 *
 * @throws esbuild's BuildFailure if a source does not build
 */
export async function buildConsole(): Promise<ConsoleFiles> {
  const { outputFiles } = await build({
    entryPoints: [join(SOURCE, 'main.tsx')],
    outdir: SOURCE,
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [sections],
  });
  const output = (ending: string): string =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const icon = named('icon', '.svg', await readFile(join(SOURCE, 'icon.svg'), 'utf8'));
  const style = named('console', '.css', output('.css'));
  const script = named('console', '.js', output('.js'));
  const page = (await readFile(join(SOURCE, 'index.html'), 'utf8'))
    .replace('{icon}', icon.name)
    .replace('{style}', style.name)
    .replace('{script}', script.name);
  return {
    'index.html': file('text/html; charset=utf-8', page),
    [icon.name]: file('image/svg+xml', icon.text),
    [style.name]: file('text/css; charset=utf-8', style.text),
    [script.name]: file('text/javascript; charset=utf-8', script.text),
  };
}

/** Names a file after its content. */
function named(stem: string, ending: string, text: string): { readonly name: string; readonly text: string } {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { name: `${stem}-${hash}${ending}`, text };
}

function file(type: string, text: string): ConsoleFiles[string] {
  return { type, gzip: gzipSync(text, { level: 9 }).toString('base64') };
}

/** Replaces console-files.ts by the built files, when the function that serves them is bundled. */
export const consoleFiles: Plugin = {
  name: 'console-files',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]infra[\\/]console[\\/]console-files\.ts$/ }, async () => ({
      contents: `export const CONSOLE_FILES = ${JSON.stringify(await buildConsole())};`,
      loader: 'js',
    }));
  },
};
