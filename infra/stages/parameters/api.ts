import * as z from 'zod';
import { oneOf, type ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';
import { throttleByRoute } from './throttles.ts';

const onOrOff = z.enum(['on', 'off'], "must be 'on' or 'off', in quotes in YAML");

/** US dollars a month: 20 routes with 6 metrics each, at $0.30 for a metric (us-east-1), if each route gets requests every hour. */
export const DETAILED_METRICS_COST = 38;

/** {@link ParameterGroup} */
export const API: ParameterGroup = {
  title: 'The API',
  parameters: {
    corsOrigins: {
      otherwise: 'none',
      value: () => values.origins,
      allowed: 'a list of origins',
      does: 'The web apps that may call the API from a browser. See [below](#web-apps).',
    },
    domainName: {
      otherwise: "API Gateway's",
      value: () =>
        values.text(
          /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
          'a host name in lower case such as tokens.example.com',
        ),
      allowed: 'a host name',
      does: 'A domain of your own for the API. See [below](#a-domain-of-its-own).',
    },
    certificateArn: {
      otherwise: '–',
      value: () => values.certificateArn,
      allowed: 'the ARN of a certificate',
      does: "The domain's certificate, with which the stack creates the domain. Without it, `domainName` is a domain that your account has in API Gateway already.",
    },
    hostedZoneId: {
      otherwise: 'none',
      value: () =>
        values.text(/^Z[A-Z0-9]{1,31}$/, 'the id of a Route 53 hosted zone such as Z0123456789ABCDEFGHIJ'),
      allowed: 'the id of a Route 53 zone',
      does: "The zone in which the stack creates the domain's records. Needs `certificateArn`.",
    },
    basePath: {
      otherwise: 'none',
      variable: 'BASE_PATH',
      allowed: 'a path without slashes at its ends',
      does: 'The path of the API on its domain, if the domain serves other APIs too. See [below](#a-domain-of-its-own).',
    },
    executeApiEndpoint: {
      default: 'on',
      value: () => onOrOff,
      allowed: oneOf(["'on'", "'off'"]),
      does: "If off, the API answers under its own domain only, and no longer under API Gateway's address. Needs `domainName`.",
    },
    webAclArn: {
      otherwise: 'no CloudFront',
      value: () => values.webAclArn,
      allowed: 'the ARN of a web ACL for CloudFront',
      does: 'A web ACL of AWS WAF. The stack then has a CloudFront distribution in front of the API. See [below](#a-web-application-firewall).',
    },
    cloudFrontCertificateArn: {
      otherwise: '–',
      value: () => values.cloudFrontCertificateArn,
      allowed: 'the ARN of a certificate in us-east-1',
      does: "The domain's certificate for CloudFront. Required with `webAclArn`.",
    },
    originSecretArn: {
      otherwise: '–',
      value: () => values.secretArn('layermint-origin-AbCdEf'),
      allowed: 'the ARN of a secret',
      does: 'The secret with the value of the header by which the API knows the distribution. Required with `webAclArn`.',
    },
    originSecretSha256: {
      otherwise: 'not checked',
      variable: 'ORIGIN_SECRET_SHA256',
      json: true,
      allowed: 'a list of one or two SHA-256 digests',
      does: 'The digests of the values that the header can have. If set, the API refuses every request without it.',
    },
    throttleRatePerSecond: {
      default: 200,
      value: () => values.whole(1, 10000),
      allowed: '1 to 10000',
      does: 'The requests per second to a route. Above this, API Gateway answers 429.',
    },
    throttleBurst: {
      default: 400,
      value: () => values.whole(1, 5000),
      allowed: '1 to 5000',
      does: 'The requests to a route at the same moment. Above this, API Gateway answers 429.',
    },
    throttleByRoute: {
      otherwise: 'the two above',
      value: () => throttleByRoute,
      allowed: '`{route: {rate: 1 to 10000, burst: 1 to 5000}, …}`',
      does: 'Other rates and bursts for single routes, such as `POST /v1/tokens`. See [below](#throttles).',
    },
    detailedMetrics: {
      default: 'off',
      value: () => onOrOff,
      allowed: oneOf(["'on'", "'off'"]),
      does: `If on, CloudWatch has API Gateway's metrics of each route. They cost up to $${DETAILED_METRICS_COST} a month. The metrics of the whole API are free, and are there in either case.`,
    },
  },
};
