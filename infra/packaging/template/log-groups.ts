import type { FinishedTemplate } from './finished-template.ts';

const FUNCTION = /^(.+)LambdaFunction$/;

/** The last part of the stack's id: a UUID, which another stack of the same name never has. */
const STACK_UUID = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };

/**
 * Gives every log group a name that never existed before. Log groups stay when the stack, or the function, is removed. With a
 * fixed name, CloudFormation could then not create the group again ("already exists"), and the next deployment of the stage would
 * fail, as would the way forward after a rollback to a version without the function.
 *
 * CloudFormation makes up the name of a function's group, `<stack>-<logical id>-<random>`, and the function logs there. The access
 * log must have a name under a certain prefix, so its name gets the stack's own UUID.
 */
export function nameLogGroups({ Resources }: FinishedTemplate): void {
  for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
    const [, name] = FUNCTION.exec(id) ?? [];
    const logGroup = `${name ?? ''}LogGroup`;
    const named = Resources[logGroup]?.Properties;
    if (Type !== 'AWS::Lambda::Function' || named === undefined) continue;
    delete named['LogGroupName'];
    Properties['LoggingConfig'] = { ...Object(Properties['LoggingConfig']), LogGroup: { Ref: logGroup } };
  }
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::Logs::LogGroup' || Properties?.['LogGroupName'] === undefined) continue;
    Properties['LogGroupName'] = { 'Fn::Join': ['-', [Properties['LogGroupName'], STACK_UUID]] };
  }
}
