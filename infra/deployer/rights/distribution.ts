import * as z from 'zod';
import type { RightsOf } from '../right.ts';

const Properties = z.object({
  DistributionConfig: z.object({
    WebACLId: z.string(),
    Origins: z.tuple([z.object({ OriginCustomHeaders: z.tuple([z.object({ HeaderValue: z.string() })]) })]),
  }),
});

/** A dynamic reference of CloudFormation to a secret. */
const SECRET = /^\{\{resolve:secretsmanager:(?<arn>.+):SecretString\}\}$/;

/** The rights for a distribution. CloudFront makes up its id, and CloudFormation reads the secret of its header with the same rights. */
export const distribution: RightsOf = ({ partition, account, resources }) => {
  const all = resources.map((resource) => Properties.parse(resource.Properties).DistributionConfig);
  const secrets = all.flatMap(({ Origins: [origin] }) => {
    const [header] = origin.OriginCustomHeaders;
    return SECRET.exec(header.HeaderValue)?.groups?.['arn'] ?? [];
  });
  return [
    {
      actions: [
        'cloudfront:CreateDistribution',
        'cloudfront:DeleteDistribution',
        'cloudfront:GetDistribution',
        'cloudfront:GetDistributionConfig',
        'cloudfront:ListTagsForResource',
        'cloudfront:TagResource',
        'cloudfront:UntagResource',
        'cloudfront:UpdateDistribution',
      ],
      resources: [`arn:${partition}:cloudfront::${account}:distribution/*`],
    },
    { actions: ['wafv2:GetWebACL'], resources: all.map(({ WebACLId }) => WebACLId) },
    { actions: ['secretsmanager:GetSecretValue'], resources: secrets },
  ];
};
