/**
 * Stands in for `@aws-sdk/endpoint-cache`, a least-recently-used cache, in a bundle. The DynamoDB client makes one for endpoint
 * discovery, which none of its commands uses any longer, so any object will do.
 */
export const EndpointCache = Object;
