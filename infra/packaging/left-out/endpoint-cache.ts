/**
 * Stands in for `@aws-sdk/endpoint-cache`, a least-recently-used cache, in a bundle. The DynamoDB client makes one for endpoint
 * discovery, which none of its commands asks for any longer; so it may be any object.
 */
export const EndpointCache = Object;
