import { GetObjectCommand, NoSuchKey, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { resourcesIn } from './deployed-template.ts';
import type { DeployedResources } from './template/after-first-deployment.ts';

/** The place of a deployment in its bucket. */
export interface EarlierDeployment {
  readonly bucket: string;
  /** The folder of all deployments of the stage, such as `serverless/layermint/prod`. */
  readonly folder: string;
  /** Milliseconds since the Unix epoch, as the list of deployments shows it. */
  readonly timestamp: string;
  /** The name of the template's file. */
  readonly file: string;
}

/**
 * Reads the resources of the template of an earlier deployment.
 *
 * @param config - region, credentials and the like, as the Serverless CLI uses them
 * @returns undefined if there is no such deployment
 * @throws the SDK's error, for example if the caller must not call `s3:GetObject`
 */
export async function readEarlierResources(
  { bucket, folder, timestamp, file }: EarlierDeployment,
  config: S3ClientConfig,
): Promise<DeployedResources | undefined> {
  const client = new S3Client(config);
  const Key = `${folder}/${timestamp}-${new Date(Number(timestamp)).toISOString()}/${file}`;
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return resourcesIn((await Body?.transformToString()) ?? '{"Resources": {}}');
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
