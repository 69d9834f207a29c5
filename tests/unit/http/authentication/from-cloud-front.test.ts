import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { isFromCloudFront } from '../../../../lib/http/authentication/from-cloud-front.ts';

const digestOf = (value: string): Buffer => hash('sha256', value, 'buffer');

const accepted = [digestOf('the value')];

describe('a request that goes around CloudFront is told apart', () => {
  test.each([
    ['without the header', {}],
    ['with an empty one', { 'x-layermint-origin': '' }],
    ['with another value', { 'x-layermint-origin': 'The value' }],
    ['with the digest as the value', { 'x-layermint-origin': digestOf('the value').toString('hex') }],
    ['with two values, which API Gateway joins', { 'x-layermint-origin': 'guess,the value' }],
    ['with a header that every object has', { constructor: 'the value' }],
  ])('%s', (_, headers) => {
    expect(isFromCloudFront(headers, accepted)).toBe(false);
  });

  test('even if the digest of nothing is accepted by mistake', () => {
    expect(isFromCloudFront({}, [digestOf('')])).toBe(false);
    expect(isFromCloudFront({ 'x-layermint-origin': '' }, [digestOf('')])).toBe(false);
  });
});

test('a request through CloudFront has the value, or the former one while it is changed', () => {
  const both = [...accepted, digestOf('former')];
  expect(isFromCloudFront({ 'x-layermint-origin': 'the value' }, accepted)).toBe(true);
  expect(isFromCloudFront({ 'x-layermint-origin': 'the value' }, both)).toBe(true);
  expect(isFromCloudFront({ 'x-layermint-origin': 'former' }, both)).toBe(true);
  expect(isFromCloudFront({ 'x-layermint-origin': 'former' }, accepted)).toBe(false);
});
