import { describe, expect, test } from '@jest/globals';
import {
  insightsLink,
  queryFor,
} from '../../../../../../clients/console/src/sections/decisions/insights-link.ts';

describe('the query for Logs Insights', () => {
  test('has no filter unless one is wanted', () => {
    expect(queryFor({ document: '', user: '' })).toBe(
      'fields @timestamp, type, subject, data.userId, data.callerId, data.reason | sort @timestamp desc | limit 100',
    );
  });

  test('names the document and the user', () => {
    expect(queryFor({ document: 'contract-2026', user: 'bob' })).toContain(
      '| filter subject = "contract-2026" and data.userId = "bob" |',
    );
  });

  test.each(['a" or 1=1', String.raw`a\"`, "a'b", 'a\nb', 'a/b|c`', '\u202e'])(
    'lets no user id end its quotes: %j',
    (user) => {
      const [, filter = ''] =
        /filter (.*) \| sort @timestamp desc \| limit 100$/s.exec(queryFor({ document: '', user })) ?? [];
      expect(filter).toMatch(/^data\.userId like \/\^[\p{L}\p{N} _@,=.-]*\$\/$/u);
    },
  );
});

describe('the link into the AWS console', () => {
  test('leads to the region’s Logs Insights with the query and the log group', () => {
    const link = new URL(
      insightsLink({ region: 'eu-central-1', logGroup: '/layermint/prod' }, 'fields type'),
    );
    expect(link.origin + link.pathname).toBe('https://console.aws.amazon.com/cloudwatch/home');
    expect(link.searchParams.get('region')).toBe('eu-central-1');
    expect(decodeURIComponent(link.hash.replaceAll('$', '%'))).toBe(
      "#logsV2:logs-insights?queryDetail=~(end~0~start~-3600~timeType~'RELATIVE~unit~'seconds~editorString~'fields*20type~source~(~'*2flayermint*2fprod))",
    );
  });

  test.each([
    ['cn-north-1', 'console.amazonaws.cn'],
    ['us-gov-west-1', 'console.amazonaws-us-gov.com'],
  ])('goes to the partition of %s', (region, host) => {
    expect(new URL(insightsLink({ region, logGroup: 'g' }, 'q')).host).toBe(host);
  });
});
