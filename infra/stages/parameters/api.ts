import type { ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';

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
      does: "The domain's certificate. Required with `domainName`.",
    },
    hostedZoneId: {
      otherwise: 'none',
      value: () =>
        values.text(/^Z[A-Z0-9]{1,31}$/, 'the id of a Route 53 hosted zone such as Z0123456789ABCDEFGHIJ'),
      allowed: 'the id of a Route 53 zone',
      does: "The zone in which the stack creates the domain's record.",
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
  },
};
