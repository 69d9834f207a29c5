import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';
import { checkStage } from './check-stage.ts';
import { environmentOf, type ResolveVariable } from './environment-source.ts';
import { checkFunctionEnvironment, type TemplateEnvironment } from './function-environment.ts';
import { makeZipSmaller } from './smaller-zip.ts';
import { readDeployedResources } from './deployed-template.ts';
import { adaptToDeployed, type DeployedResources } from './template/after-first-deployment.ts';
import type { FinishedTemplate } from './template/finished-template.ts';
import { checkLeavingNetwork } from './template/leaving-network.ts';
import { checkRollback } from './template/rollback-target.ts';
import { checkShiftedResources } from './template/shifted-resources.ts';
import { TEMPLATE_CHANGES } from './template/template-changes.ts';
import type { Monitoring } from '../stack/alarms/index.ts';
import { NEVER_DEPLOYED, stagesIn } from '../stages/stages.ts';

/** The part of the Serverless CLI that this plugin uses. */
interface Serverless {
  /** The content of serverless.yml. Until the plugins are loaded, only variables that name files are resolved in it. */
  readonly configurationInput: {
    params: unknown;
    readonly provider: { readonly stage: string };
  };
  /** The content of serverless.yml with everything resolved, once `initialize` has begun. */
  readonly service: {
    readonly functions: Readonly<Record<string, ServerlessFunction>>;
    readonly custom: { readonly monitoring: Monitoring };
    /** Complete once the CLI has merged the fragments of serverless.yml into it. */
    readonly provider: {
      readonly compiledCloudFormationTemplate: FinishedTemplate;
      readonly stackTags?: Readonly<Record<string, string>>;
    };
  };
  readonly processedInput: {
    readonly isHelpRequest?: boolean;
    readonly commands: readonly string[];
    readonly options: { readonly param?: readonly string[] };
  };
  getProvider(name: 'aws'): {
    getAwsSdkV3Config(): Promise<Pick<CloudFormationClientConfig, 'region' | 'credentials'>>;
    readonly naming: { getStackName(): string; getCompiledTemplateS3Suffix(): string };
    getServerlessDeploymentBucketName(): Promise<string>;
    getDeploymentPrefix(): string;
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

interface ServerlessFunction {
  readonly environment?: TemplateEnvironment;
  /** The path of its zip, once serverless-esbuild has made it. */
  readonly package?: { readonly artifact?: string };
}

/** The part of the CLI's tools for plugins that this plugin uses. */
interface PluginTools {
  readonly log: { notice(line: string): void; warning(line: string): void };
}

/** The options of the command line that this plugin uses. */
interface PluginOptions {
  readonly stage?: string;
  /** Of the deployment to which the CLI rolls back. */
  readonly timestamp?: string;
}

/** A request for a value from a variable source of serverless.yml. */
interface VariableRequest {
  readonly address: string;
  readonly resolveVariable: ResolveVariable;
}

/** The values of a parameter that leave out its part of the stack. */
const ABSENT: readonly unknown[] = ['', 'off'];

const UNCHECKED = 'So it is not checked whether the rollback would use another table or another signing key.';

/** Gives the temporary directories of bundling one place, and removes it at the end. Bundling leaves several behind in each run. */
function keepTemporaryFilesTogether(): void {
  const directory = mkdtempSync(join(tmpdir(), 'layermint-'));
  process.env['TMPDIR'] = directory;
  process.once('exit', () => {
    rmSync(directory, { recursive: true, force: true });
  });
}

/**
 * Our plugin of the Serverless CLI.
 *
 * - It fills in the defaults of infra/stages/parameters.ts, which the CLI then finds as if infra/stages/stages.yml had them.
 * - It checks the stage's parameters and the roles before anything else, and reports all faults at once. The CLI by itself stops
 *   at the first one, accepts a misspelt name, and knows the allowed values of few parameters. Once serverless.yml is resolved,
 *   the plugin checks that every function gets the variables that it reads.
 * - It provides the variable source `${optional:NAME}`: `given` if the stage sets the parameter NAME, `absent` if not or if it is
 *   `off`. It chooses between the two halves of a fragment. (A CloudFormation condition would have to be repeated on every property, and cfn-lint
 *   takes the missing half for an error.)
 * - It provides the variable source `${environment:NAME}`, the environment of the function NAME.
 * - It makes the zips of the functions smaller (smaller-zip.ts).
 * - It makes the changes of template/template-changes.ts in the finished template, before the CLI writes it.
 * - It adapts the template to the deployed stack before the CLI uploads it (template/after-first-deployment.ts).
 * - It checks the deployment to which the CLI is about to roll back (template/rollback-target.ts).
 */
export default class LayermintPlugin {
  readonly hooks = {
    initialize: (): void => {
      this.#checkEnvironments();
    },
    // The CLI computes the hash of each zip after this, and serverless-esbuild has moved the zips to their place.
    'before:package:compileFunctions': (): void => {
      for (const { package: { artifact } = {} } of Object.values(this.#serverless.service.functions))
        if (artifact !== undefined) makeZipSmaller(artifact);
    },
    'before:aws:package:finalize:saveServiceState': (): void => {
      const { provider, custom } = this.#serverless.service;
      const { compiledCloudFormationTemplate: template, stackTags: tags = {} } = provider;
      for (const change of TEMPLATE_CHANGES) change(template, { tags, monitoring: custom.monitoring });
    },
    'before:aws:deploy:deploy:createStack': (): Promise<void> => this.#adaptToDeployed(),
    'before:rollback:rollback': (): Promise<void> => this.#checkRollback(),
  };

  readonly configurationVariablesSources = {
    optional: {
      resolve: async ({
        address,
        resolveVariable,
      }: VariableRequest): Promise<{ value: 'given' | 'absent' }> => ({
        value: ABSENT.includes(await resolveVariable(`param:${address}, ''`)) ? 'absent' : 'given',
      }),
    },
    environment: {
      resolve: async ({ address, resolveVariable }: VariableRequest) => ({
        value: await environmentOf(address, resolveVariable),
      }),
    },
  };

  readonly #serverless: Serverless;
  readonly #options: PluginOptions;
  readonly #log: PluginTools['log'];

  /** @throws the CLI's own error, which it prints without a stack trace, if a parameter or a role is faulty */
  constructor(serverless: Serverless, options: PluginOptions, { log }: PluginTools) {
    this.#serverless = serverless;
    this.#options = options;
    this.#log = log;
    const { configurationInput, processedInput } = serverless;
    if (processedInput.isHelpRequest === true) return;

    const stage = options.stage ?? configurationInput.provider.stage;
    this.#reporting(() => {
      if (processedInput.commands[0] === 'deploy' && NEVER_DEPLOYED.includes(stage)) {
        throw new Error(
          `The stage "${stage}" is never deployed. Add a stage of your own to infra/stages/stages.yml.`,
        );
      }
      const stages = stagesIn(configurationInput.params);
      configurationInput.params = stages;
      checkStage(stages, stage, processedInput.options.param);
    });
    keepTemporaryFilesTogether();
  }

  #checkEnvironments(): void {
    const { functions } = this.#serverless.service;
    const faults = Object.entries(functions).flatMap(([name, { environment }]) =>
      checkFunctionEnvironment(name, environment ?? {}),
    );
    this.#reporting(() => {
      if (faults.length === 0) return;
      const list = faults.map((fault) => `  - ${fault}`).join('\n');
      throw new Error(`The environment of functions in serverless.yml:\n${list}`);
    });
  }

  async #adaptToDeployed(): Promise<void> {
    const template = this.#serverless.service.provider.compiledCloudFormationTemplate;
    const deployed = await this.#deployedResources(
      'If the schedule of rotation has changed, this deployment replaces the signing key at once; that interrupts nobody. A new deletion protection of the table takes effect with the next deployment.',
    );
    this.#reporting(() => {
      checkLeavingNetwork(template, deployed);
      checkShiftedResources(template, deployed);
      for (const sentence of adaptToDeployed(template, deployed)) this.#log.notice(sentence);
    });
  }

  /**
   * Reads the deployed resources. If that is not possible, the command continues as if there were none.
   *
   * @param otherwise - the consequence, for the warning
   */
  async #deployedResources(otherwise: string): Promise<DeployedResources | undefined> {
    const provider = this.#serverless.getProvider('aws');
    try {
      const config = await provider.getAwsSdkV3Config();
      return await readDeployedResources(provider.naming.getStackName(), config);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warning(`The deployed template could not be read (${reason}). ${otherwise}`);
      return undefined;
    }
  }

  /** Without the earlier template or the deployed one, nothing is checked. The CLI says by itself if there is no such deployment. */
  async #checkRollback(): Promise<void> {
    const { timestamp, stage = '' } = this.#options;
    const deployed = await this.#deployedResources(UNCHECKED);
    if (timestamp === undefined || deployed === undefined) return;
    const provider = this.#serverless.getProvider('aws');
    // Loaded only here: packaging needs no client of S3.
    const { readEarlierResources } = await import('./earlier-template.ts');
    const place = {
      bucket: await provider.getServerlessDeploymentBucketName(),
      folder: `${provider.getDeploymentPrefix()}/layermint/${stage}`,
      ...{ timestamp, file: provider.naming.getCompiledTemplateS3Suffix() },
    };
    const config = await provider.getAwsSdkV3Config();
    const earlier = await readEarlierResources(place, config).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warning(`The template of that deployment could not be read (${reason}). ${UNCHECKED}`);
      return undefined;
    });
    if (earlier === undefined) return;
    this.#reporting(() => {
      for (const sentence of checkRollback(earlier, deployed)) this.#log.notice(sentence);
    });
  }

  /** Turns an error into the CLI's own. */
  #reporting(check: () => void): void {
    try {
      check();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new this.#serverless.classes.Error(message, 'LAYERMINT_CONFIGURATION_INVALID');
    }
  }
}
