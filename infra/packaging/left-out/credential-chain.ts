/**
 * Stands in for `@aws-sdk/credential-provider-node` in a bundle. Lambda hands a function its role's credentials in environment
 * variables, so the rest of the chain (SSO, process, web identity, profile files, container and instance metadata) is never used
 * there. It would be a third of the bundle and of its start.
 *
 * Passing `credentials` to a client is not enough: the client still imports the chain.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
