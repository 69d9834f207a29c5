import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageService } from '../../../infra/packaging/package-service.ts';
import { readTemplate, type Template } from './template.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/layermint/packages');

/** The files and folders of which a package is made. */
const SOURCES = ['functions', 'infra', 'lib', 'serverless.yml', 'package.json', 'package-lock.json'];

/**
 * Packages a stage, or finds the package that an earlier test has made of the same sources. Packaging takes seconds, and many tests
 * look at the same stages.
 *
 * @param parameters - stage parameters, each `name=value`, which override the stage's own
 * @returns the directory with the template and the zips. Other tests use it too, so it must not be changed
 * @throws PackagingError with the Serverless CLI's output
 */
export async function packagedStage(stage: string, parameters: readonly string[] = []): Promise<string> {
  const ofSources = join(CACHE, await hashOfSources());
  const kept = join(ofSources, hashOf(JSON.stringify([stage, parameters])));
  if (existsSync(kept)) return kept;
  await forgetOthers(ofSources);
  const workspace = await mkdtemp(join(tmpdir(), 'layermint-package-'));
  try {
    const made = await packageService(workspace, stage, parameters);
    // Copied beside its place, then moved: another test sees the whole package or none.
    const copy = await mkdtemp(join(ofSources, 'copy-'));
    await cp(made, copy, { recursive: true });
    await rename(copy, kept).catch(async () => {
      // A test beside this one was faster.
      await rm(copy, { recursive: true });
    });
    return kept;
  } finally {
    await rm(workspace, { recursive: true });
  }
}

/** Packages a stage as {@link packagedStage} does, and reads the template. */
export async function packagedTemplate(stage: string, parameters: readonly string[] = []): Promise<Template> {
  return readTemplate(await packagedStage(stage, parameters));
}

/** Makes the folder for packages of the present sources, and removes those of former ones. */
async function forgetOthers(ofSources: string): Promise<void> {
  await mkdir(ofSources, { recursive: true });
  const folders = (await readdir(CACHE)).map((name) => join(CACHE, name));
  await Promise.all(
    folders
      .filter((folder) => folder !== ofSources)
      .map((folder) => rm(folder, { recursive: true, force: true })),
  );
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

let sources: Promise<string> | undefined;

/** Makes the hash of the names and contents of all sources, once per process. */
const hashOfSources = (): Promise<string> => (sources ??= readSources());

async function readSources(): Promise<string> {
  const files = (await Promise.all(SOURCES.map(filesIn))).flat().sort();
  const contents = await Promise.all(files.map((file) => readFile(join(ROOT, file), 'base64')));
  return hashOf(JSON.stringify([process.version, files, contents]));
}

async function filesIn(path: string): Promise<string[]> {
  if (path.includes('.')) return [path];
  const entries = await readdir(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
}
