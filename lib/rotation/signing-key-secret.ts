import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** The staging labels of the secret's versions, as they were at one moment. */
export interface SecretLabels {
  readonly rotationEnabled: boolean;
  /** Names the version that a label is on. */
  versionWith(label: StagingLabel): string | undefined;
  /** Tells whether there is such a version, with a label. */
  knows(version: string): boolean;
}

/** Secrets Manager's own staging labels. */
export type StagingLabel = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** The signing key's secret, its versions and their labels. Failures are the SDK's errors. */
export class SigningKeySecret {
  readonly #client: SecretsManagerClient;
  readonly #arn: string;

  constructor(client: SecretsManagerClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  /** Reads on which versions the labels are now. */
  async labels(): Promise<SecretLabels> {
    const { RotationEnabled, VersionIdsToStages = {} } = await this.#client.send(
      new DescribeSecretCommand({ SecretId: this.#arn }),
    );
    const stages = new Map(Object.entries(VersionIdsToStages));
    return {
      rotationEnabled: RotationEnabled === true,
      versionWith: (label) => [...stages].find(([, labels]) => labels.includes(label))?.[0],
      knows: (version) => stages.has(version),
    };
  }

  /** Reads a version's text; undefined if it has no value. (RotateSecret makes a version that has none yet.) */
  async read(version: string): Promise<string | undefined> {
    try {
      const value = await this.#client.send(
        new GetSecretValueCommand({ SecretId: this.#arn, VersionId: version }),
      );
      return value.SecretString ?? '';
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /**
   * Gives a version its text, and a label.
   *
   * @returns whether it did; false if the version has another text already
   */
  async write(version: string, secretString: string, label: StagingLabel): Promise<boolean> {
    try {
      await this.#client.send(
        new PutSecretValueCommand({
          SecretId: this.#arn,
          ClientRequestToken: version,
          SecretString: secretString,
          VersionStages: [label],
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ResourceExistsException) return false;
      throw error;
    }
  }

  /** Moves AWSCURRENT from one version to another. If it is there already, that is as good. */
  async makeCurrent(version: string, former: string): Promise<void> {
    try {
      await this.#client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: this.#arn,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: version,
          RemoveFromVersionId: former,
        }),
      );
    } catch (error) {
      // A first attempt may have moved it before its answer was lost; Secrets Manager refuses to move it again.
      if ((await this.labels()).versionWith('AWSCURRENT') !== version) throw error;
    }
  }

  /** Takes a label off a version. If it is not on it, that is as good. */
  async takeOff(label: 'AWSPENDING' | 'AWSPREVIOUS', version: string): Promise<void> {
    try {
      await this.#client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: this.#arn,
          VersionStage: label,
          RemoveFromVersionId: version,
        }),
      );
    } catch (error) {
      if (error instanceof InvalidParameterException || error instanceof ResourceNotFoundException) {
        if ((await this.labels()).versionWith(label) !== version) return;
      }
      throw error;
    }
  }
}
