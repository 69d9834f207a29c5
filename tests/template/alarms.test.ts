import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { alarmId, ALARMS } from '../../infra/stack/alarms/index.ts';
import { packagedTemplate } from '../support/template/packaged.ts';
import { resource, resourcesOf, type Template } from '../support/template/template.ts';

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const ALARM = 'AWS::CloudWatch::Alarm';
const PAGE = 'arn:aws:sns:eu-central-1:111122223333:on-call';
const TICKET = 'arn:aws:sns:eu-central-1:111122223333:tickets';

test('a stage without alarmTopicArn has no alarm', async () => {
  expect(resourcesOf(await packagedTemplate('example'), ALARM)).toEqual({});
});

describe('a stage with alarmTopicArn', () => {
  let template: Template;
  beforeAll(async () => {
    template = await packagedTemplate('example-full');
  });

  test('has each alarm about a part that it has', () => {
    const expected = Object.entries(ALARMS)
      .filter(([, { needs }]) => needs === undefined || template.Resources[needs] !== undefined)
      .map(([name]) => alarmId(name));
    expect(Object.keys(resourcesOf(template, ALARM)).sort()).toEqual(expected.sort());
  });

  test('tells the topic of each alarm when it goes off and when it is over, with the runbook page', () => {
    for (const [name, { kind, says }] of Object.entries(ALARMS)) {
      const properties = template.Resources[alarmId(name)]?.Properties;
      if (properties === undefined) continue;
      const topics = [kind === 'page' ? PAGE : TICKET];
      expect(properties).toMatchObject({
        AlarmName: `layermint-example-full-${name}`,
        AlarmDescription: `${says} Runbook: docs/runbooks/${name}.md`,
        AlarmActions: topics,
        OKActions: topics,
      });
    }
  });

  test('looks at the metrics of this stage, and at the resources of this stack', () => {
    expect(resource(template, 'AlarmApiErrors').Properties['Metrics']).toContainEqual(
      expect.objectContaining({
        MetricStat: expect.objectContaining({
          Metric: {
            Namespace: 'AWS/ApiGateway',
            MetricName: '5xx',
            Dimensions: [{ Name: 'ApiId', Value: { Ref: 'HttpApi' } }],
          },
        }),
      }),
    );
    expect(resource(template, 'AlarmInternalErrors').Properties).toMatchObject({
      Namespace: 'Layermint',
      Dimensions: [{ Name: 'Stage', Value: 'example-full' }],
    });
  });
});
