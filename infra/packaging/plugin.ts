import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FUNCTIONS } from '../../lib/wiring/environments.ts';
import {
  checkEnvironmentParameters,
  checkFunctionEnvironment,
  type TemplateEnvironment,
} from './function-environment.ts';
import { environmentOf, type ResolveVariable } from './environment-source.ts';
import { checkStageParameters, type StageParameters } from '../stages/check-parameters.ts';
import { NEVER_DEPLOYED, ofStage, stagesIn, type Stages } from '../stages/stages.ts';

/** The part of the Serverless CLI that this plugin uses. */
interface Serverless {
  /** serverless.yml. Until the plugins are loaded, only its `${file(…)}` variables are resolved. */
  readonly configurationInput: {
    params: unknown;
    readonly provider: { readonly stage: string };
  };
  /** The fully resolved serverless.yml, available from `initialize` on. */
  readonly service: {
    readonly functions: Readonly<Record<string, { readonly environment?: TemplateEnvironment }>>;
  };
  readonly processedInput: {
    readonly isHelpRequest?: boolean;
    readonly commands: readonly string[];
    readonly options: { readonly param?: readonly string[] };
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

/** A request to a variable source of serverless.yml for a value. */
interface VariableRequest {
  readonly address: string;
  readonly resolveVariable: ResolveVariable;
}

/** Reads `--param name=value`, which overrides the stage's own parameter. */
function ofCommandLine(parameters: readonly string[] = []): StageParameters {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const equals = parameter.indexOf('=');
      return [parameter.slice(0, equals), parameter.slice(equals + 1)];
    }),
  );
}

/** Gathers temporary directories in one, which is removed at exit. Bundling leaves several of them behind. */
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
 * - It fills in the defaults of infra/stages/parameters.ts, as if infra/stages/stages.yml had them.
 * - It checks the stage's parameters before they are used, and reports all faults at once. The CLI by itself stops at the first,
 *   does not notice a misspelt name, and validates few values. Once serverless.yml is resolved, the plugin checks that every
 *   function gets the variables that it reads.
 * - It provides the variable source `${optional:NAME}`, which chooses between the two halves of a fragment: `given` if the stage
 *   sets the parameter NAME, else `absent`. (A CloudFormation condition would have to be repeated on every property, and cfn-lint
 *   reports the missing half as an error.)
 * - It provides the variable source `${environment:NAME}`, the environment of the function NAME.
 */
export default class LayermintPlugin {
  readonly hooks = {
    initialize: (): void => {
      this.#checkEnvironments();
    },
  };

  readonly configurationVariablesSources = {
    optional: {
      resolve: async ({
        address,
        resolveVariable,
      }: VariableRequest): Promise<{ value: 'given' | 'absent' }> => ({
        value: (await resolveVariable(`param:${address}, ''`)) === '' ? 'absent' : 'given',
      }),
    },
    environment: {
      resolve: async ({ address, resolveVariable }: VariableRequest) => ({
        value: await environmentOf(address, resolveVariable),
      }),
    },
  };

  readonly #serverless: Serverless;

  /** @throws the CLI's own error, which it prints without a stack trace, if a parameter is wrong, missing or unknown */
  constructor(serverless: Serverless, options: { readonly stage?: string }) {
    this.#serverless = serverless;
    const { configurationInput, processedInput } = serverless;
    if (processedInput.isHelpRequest === true) return;

    const stage = options.stage ?? configurationInput.provider.stage;
    if (processedInput.commands[0] === 'deploy' && NEVER_DEPLOYED.includes(stage)) {
      this.#refuse('Nothing is deployed', [
        `"${stage}" is never deployed; add a stage of your own to infra/stages/stages.yml`,
      ]);
    }
    const stages = this.#stages();
    configurationInput.params = stages;
    const parameters = {
      ...ofStage(stages, stage),
      ...ofCommandLine(processedInput.options.param),
    };
    this.#refuse(
      `The parameters of stage "${stage}" (infra/stages/stages.yml, described in docs/configuration.md)`,
      [
        ...(Object.hasOwn(stages, stage) ? [] : ['there is no such stage in infra/stages/stages.yml']),
        ...checkStageParameters(stage, parameters),
        ...checkEnvironmentParameters(FUNCTIONS, parameters),
      ],
    );
    keepTemporaryFilesTogether();
  }

  #stages(): Stages {
    try {
      return stagesIn(this.#serverless.configurationInput.params);
    } catch (error) {
      throw this.#error(error instanceof Error ? error.message : String(error));
    }
  }

  #checkEnvironments(): void {
    const { functions } = this.#serverless.service;
    this.#refuse(
      'The environment of functions in serverless.yml',
      Object.entries(functions).flatMap(([name, { environment }]) =>
        checkFunctionEnvironment(name, environment ?? {}),
      ),
    );
  }

  #refuse(subject: string, faults: readonly string[]): void {
    if (faults.length === 0) return;
    const list = faults.map((fault) => `  - ${fault}`).join('\n');
    throw this.#error(`${subject}:\n${list}`);
  }

  #error(message: string): Error {
    return new this.#serverless.classes.Error(message, 'LAYERMINT_CONFIGURATION_INVALID');
  }
}
