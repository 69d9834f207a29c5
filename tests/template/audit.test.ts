import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { packagedTemplate } from '../support/template/packaged.ts';
import { functionsOf, resource, resourcesOf, type Template } from '../support/template/template.ts';

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

let template: Template;
beforeAll(async () => {
  template = await packagedTemplate('example');
});

/** The functions that record, by their wiring: each makes an audit log. */
const recording = (): string[] =>
  functionsOf(template).filter((name) => {
    const file = name.replaceAll(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    return readFileSync(`lib/wiring/${file}.ts`, 'utf8').includes('auditOf(');
  });

describe('the audit log', () => {
  test('gets the records of each function that makes some', () => {
    const filters = resourcesOf(template, 'AWS::Logs::SubscriptionFilter');

    expect(recording()).toContain('MintToken');
    for (const name of recording()) {
      expect(filters[`${name}AuditFilter`]).toMatchObject({
        DependsOn: [`${name}AuditPermission`],
        Properties: {
          LogGroupName: { Ref: `${name}LogGroup` },
          DestinationArn: { 'Fn::GetAtt': ['RecordAuditLambdaFunction', 'Arn'] },
          FilterPattern: '{ $.specversion = "1.0" }',
        },
      });
    }
  });

  test('is never fed by its own function, whose lines would invoke it without end', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Logs::SubscriptionFilter')))
      expect([{ Ref: 'RecordAuditLogGroup' }, { Ref: 'AuditLogGroup' }]).not.toContainEqual(
        Properties['LogGroupName'],
      );
  });

  test('takes lines from no log group but those of the filters: each permission names one of the own account', () => {
    const permissions = Object.values(resourcesOf(template, 'AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ Principal }) => Principal === 'logs.amazonaws.com');
    const filters = Object.values(resourcesOf(template, 'AWS::Logs::SubscriptionFilter'));

    expect(permissions).toHaveLength(filters.length);
    for (const { SourceAccount, SourceArn } of permissions) {
      expect(SourceAccount).toEqual({ Ref: 'AWS::AccountId' });
      const [name] = (SourceArn as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
      expect(filters.map(({ Properties }) => Properties['LogGroupName'])).toContainEqual({ Ref: name });
    }
  });

  test('leaves one of the two subscription filters of each log group to the team', () => {
    const groups = Object.values(resourcesOf(template, 'AWS::Logs::SubscriptionFilter')).map(
      ({ Properties }) => JSON.stringify(Properties['LogGroupName']),
    );
    expect(new Set(groups).size).toBe(groups.length);
  });

  test('has a name that no log group left behind can have', () => {
    expect(JSON.stringify(resource(template, 'AuditLogGroup').Properties['LogGroupName'])).toMatch(
      /"\/layermint\/example\/audit",.*AWS::StackId/,
    );
    expect(template.Outputs['AuditLogGroup']).toMatchObject({ Value: { Ref: 'AuditLogGroup' } });
  });
});
