import { isUnderWay, obstacleOf } from '../deploy/stack-advice.ts';
import { explainFailure, explainInterruption, type StackChange } from '../deploy/stack-change.ts';
import { commandsFor, describeResources, type Inventory } from './inventory.ts';

/** A removal, and the functions that it calls. */
export interface Removal extends StackChange {
  /** Reads the resources of the deployed stack. */
  readonly readInventory: () => Promise<Inventory>;
  /** Asks for the name of the stage. @returns the answer */
  readonly ask: () => Promise<string>;
  /** Runs the Serverless CLI. @returns whether it succeeded */
  readonly runServerless: () => Promise<boolean>;
}

/**
 * Removes a stage, after it has said what stays and what goes, and the stage's name was typed.
 *
 * @returns the exit code: 0 if the stage is gone
 */
export async function remove(removal: Removal): Promise<number> {
  const { stage, stack, print, signal } = removal;
  const before = await stack.read();
  if (before === undefined) {
    print(`There is no stack ${stack.name} in ${stack.region}: nothing is left to remove.`);
    return 0;
  }
  if (isUnderWay(before)) {
    print(`Nothing was removed. ${obstacleOf(before, stack, stage) ?? ''}`);
    return 1;
  }
  if (before.isProtected) {
    print(
      `Nothing was removed: the stack ${stack.name} is protected. Set deletionProtection: 'off' for the stage in infra/stages/stages.yml, then: npm run deploy -- --stage ${stage}, then: ${removal.again}`,
    );
    return 1;
  }
  const inventory = await removal.readInventory();
  for (const line of announcement(inventory, removal, before.outputs)) print(line);
  if ((await removal.ask()) !== stage) {
    print('Nothing was removed: this was not the name of the stage.');
    return 1;
  }
  const succeeded = await removal.runServerless();
  if (signal.aborted) return explainInterruption(removal);
  if (!succeeded) return explainFailure(before, removal);
  print(`Removed the stage ${stage}.`);
  const commands = commandsFor(inventory.stays, stack.region);
  if (commands.length > 0) print('These stay:');
  for (const line of commands) print(line);
  return 0;
}

function announcement(
  { stays, goes }: Inventory,
  { stage, stack }: Removal,
  outputs: Readonly<Record<string, string>>,
): string[] {
  const all = [...stays, ...goes];
  const adopted = [
    ...foreign(
      'the table',
      outputs['TableName'],
      all.map(({ name }) => name),
    ),
    ...foreign(
      'the secret of the signing key',
      outputs['SigningKeySecretArn'],
      all.map(({ name }) => name),
    ),
  ];
  const kept = [...describeResources(stays), ...adopted];
  const api = outputs['ApiUrl'];
  const takesTable = goes.some(({ type }) => type === 'AWS::DynamoDB::Table');
  return [
    `This removes the stage ${stage}: the stack ${stack.name} in ${stack.region}.${api === undefined ? '' : ` The API ${api} is gone then.`}`,
    ...(kept.length > 0 ? ['Stays:', ...kept] : ['Nothing stays.']),
    'Goes:',
    ...describeResources(goes),
    ...(takesTable
      ? [
          'All grants go with the table. DynamoDB keeps a backup of a deleted table for 35 days (NAME$DeletedTableBackup).',
        ]
      : []),
    'Document Engine keeps accepting the tokens of this stage until they expire, a day at most, and keeps its public key.',
    `To end the tokens first: npm run revoke-all -- --stage ${stage}, and wait until they are delivered. docs/operations.md, "Remove a stage", tells how to end the key.`,
  ];
}

/** Lists a resource that the stage uses, but another stack or a person made. */
function foreign(words: string, name: string | undefined, own: readonly string[]): string[] {
  return name === undefined || own.includes(name)
    ? []
    : [`  ${words} ${name}, which is not part of the stack`];
}
