import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
  type GetSecretValueCommandOutput,
  type SecretsManagerClient,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { withinDeadline } from '../runtime/deadline.ts';
import { jsonIn, secretTextOf } from '../runtime/secret-value.ts';
import type { Milliseconds } from '../runtime/time.ts';

/** The members of the secret's own JSON that tell its age, or that there is no key. */
const Stated = z.object({ createdAt: z.optional(z.string()), state: z.optional(z.literal('none')) });

/** The staging labels of the secret's versions, at the moment of reading. */
export interface SecretLabels {
  readonly rotationEnabled: boolean;
  /** Gives the id of the version with a label; undefined if no version has it. */
  versionWith(label: StagingLabel): string | undefined;
  /** Tells whether a version exists and has a label. */
  knows(version: string): boolean;
}

/** Secrets Manager's own staging labels. */
export type StagingLabel = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/**
 * The signing key's secret, its versions and their labels. Every method passes on the errors of the SDK, and throws
 * DeadlineOverError if the current deadline is over; nothing is sent after it.
 */
export class SigningKeySecret {
  readonly #client: SecretsManagerClient;
  readonly #arn: string;

  constructor(client: SecretsManagerClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  /** Reads the labels of all versions. */
  async labels(): Promise<SecretLabels> {
    const { RotationEnabled, VersionIdsToStages = {} } = await withinDeadline((abortSignal) =>
      this.#client.send(new DescribeSecretCommand({ SecretId: this.#arn }), abortSignal && { abortSignal }),
    );
    const stages = new Map(Object.entries(VersionIdsToStages));
    return {
      rotationEnabled: RotationEnabled === true,
      versionWith: (label) => [...stages].find(([, labels]) => labels.includes(label))?.[0],
      knows: (version) => stages.has(version),
    };
  }

  /** Reads a version's text, which is base64 if the value is binary; undefined if it has no value, as the version that RotateSecret creates. */
  async read(version: string): Promise<string | undefined> {
    try {
      return secretTextOf(await this.#get(version));
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /**
   * Finds out since when a version's key exists: by the `createdAt` that rotation writes with it, else by the creation of the version,
   * for a key that was put there in another form.
   *
   * @returns milliseconds since the Unix epoch; undefined if the version has no value or says that there is no key yet
   */
  async keySince(version: string): Promise<Milliseconds | undefined> {
    try {
      const value = await this.#get(version);
      const json = jsonIn(secretTextOf(value));
      const { createdAt, state } = z.safeParse(Stated, json).data ?? {};
      if (state !== undefined) return undefined;
      const stated = createdAt === undefined ? NaN : Date.parse(createdAt);
      return Number.isNaN(stated) ? value.CreatedDate?.getTime() : stated;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /**
   * Writes the text of a version, and attaches a label.
   *
   * @returns false, without any change, if the version already has another text
   */
  async write(version: string, secretString: string, label: StagingLabel): Promise<boolean> {
    try {
      const command = new PutSecretValueCommand({
        SecretId: this.#arn,
        ClientRequestToken: version,
        SecretString: secretString,
        VersionStages: [label],
      });
      await withinDeadline((abortSignal) => this.#client.send(command, abortSignal && { abortSignal }));
      return true;
    } catch (error) {
      if (error instanceof ResourceExistsException) return false;
      throw error;
    }
  }

  /** Moves AWSCURRENT from one version to another. Succeeds if it is there already. */
  async makeCurrent(version: string, former: string): Promise<void> {
    try {
      await this.#updateStage({
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: version,
        RemoveFromVersionId: former,
      });
    } catch (error) {
      // An earlier attempt may have moved it and lost the answer. Secrets Manager then refuses to move it again.
      if ((await this.labels()).versionWith('AWSCURRENT') !== version) throw error;
    }
  }

  /** Detaches a label from a version. Succeeds if the version does not have the label. */
  async takeOff(label: 'AWSPENDING' | 'AWSPREVIOUS', version: string): Promise<void> {
    try {
      await this.#updateStage({ VersionStage: label, RemoveFromVersionId: version });
    } catch (error) {
      if (error instanceof InvalidParameterException || error instanceof ResourceNotFoundException) {
        if ((await this.labels()).versionWith(label) !== version) return;
      }
      throw error;
    }
  }

  #get(version: string): Promise<GetSecretValueCommandOutput> {
    const command = new GetSecretValueCommand({ SecretId: this.#arn, VersionId: version });
    return withinDeadline((abortSignal) => this.#client.send(command, abortSignal && { abortSignal }));
  }

  async #updateStage(change: Omit<UpdateSecretVersionStageCommandInput, 'SecretId'>): Promise<void> {
    const command = new UpdateSecretVersionStageCommand({ SecretId: this.#arn, ...change });
    await withinDeadline((abortSignal) => this.#client.send(command, abortSignal && { abortSignal }));
  }
}
