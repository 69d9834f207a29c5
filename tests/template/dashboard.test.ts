import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { METRICS } from '../../lib/runtime/metrics.ts';
import { DashboardBody } from '../../tools/local/stand-ins/cloudwatch/index.ts';
import { packagedTemplate } from '../support/template/packaged.ts';
import { resource, resourcesOf, type Template } from '../support/template/template.ts';

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

/** The values that CloudFormation fills in, made up. */
const fillIn = (text: string): string =>
  text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name === 'AWS::Region') return 'eu-central-1';
    return name.endsWith('.Arn') ? `arn:aws:cloudwatch:eu-central-1:111122223333:alarm:${name}` : name;
  });

test('a stage has no dashboard unless it is on', async () => {
  expect(resourcesOf(await packagedTemplate('example'), 'AWS::CloudWatch::Dashboard')).toEqual({});
});

describe('the dashboard', () => {
  let template: Template;
  let substituted: string;
  let body: DashboardBody;

  beforeAll(async () => {
    template = await packagedTemplate('example-full');
    ({ 'Fn::Sub': substituted } = resource(template, 'Dashboard').Properties['DashboardBody'] as {
      'Fn::Sub': string;
    });
    body = DashboardBody.parse(JSON.parse(fillIn(substituted)));
  });

  const graphs = () => body.widgets.flatMap((it) => (it.type === 'metric' ? [it.properties] : []));
  const metrics = () => graphs().flatMap(({ metrics: all }) => all.filter((it) => it.length > 1));

  test("has CloudWatch's documented structure, and the name of the stack", () => {
    expect(resource(template, 'Dashboard').Properties['DashboardName']).toBe('layermint-example-full');
    expect(graphs().length).toBeGreaterThan(10);
  });

  test('refers only to resources of the stack', () => {
    const names = Array.from(substituted.matchAll(/\$\{([^}]+)\}/g), ([, name = '']) =>
      name.replace(/\..*/, ''),
    );
    const missing = names.filter(
      (name) => !name.startsWith('AWS::') && template.Resources[name] === undefined,
    );
    expect(missing).toEqual([]);
  });

  test('shows the state of every alarm of the stack', () => {
    const shown = body.widgets.flatMap((it) => (it.type === 'alarm' ? it.properties.alarms : []));
    expect(shown).toHaveLength(Object.keys(resourcesOf(template, 'AWS::CloudWatch::Alarm')).length);
  });

  test('shows metrics of the service for this stage alone, by names that the service writes', () => {
    const own = metrics().filter(([namespace]) => namespace === 'Layermint');
    expect(own.filter(([, , name, value]) => name !== 'Stage' || value !== 'example-full')).toEqual([]);
    const known = (name: unknown): boolean =>
      typeof name === 'string' && (name in METRICS || /^(TokensRefused|ProbeFailed)-/.test(name));
    expect(own.filter(([, name]) => !known(name))).toEqual([]);
    expect(own.map(([, name]) => name)).toEqual(
      expect.arrayContaining(['TokensMinted', 'TokensRefused-not-granted', 'MintDuration', 'SigningKeyAge']),
    );
  });

  test('has no two graphs in one place', () => {
    const cells = body.widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, at) => `${x + (at % width)},${y + Math.floor(at / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});
