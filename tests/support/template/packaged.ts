import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageService } from '../../../infra/packaging/package-service.ts';
import { readTemplate, type Template } from './template.ts';

/**
 * Packages a stage and reads the template. It leaves no files.
 *
 * @param parameters - stage parameters, each `name=value`, which override the stage's own
 */
export async function packagedTemplate(stage: string, parameters: readonly string[] = []): Promise<Template> {
  const workspace = await mkdtemp(join(tmpdir(), 'layermint-package-'));
  try {
    return await readTemplate(await packageService(workspace, stage, parameters));
  } finally {
    await rm(workspace, { recursive: true });
  }
}
