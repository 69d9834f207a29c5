/**
 * Stands in for `@aws-sdk/credential-provider-node` in a bundle. Lambda hands a function its role's credentials in environment
 * variables, so the rest of that chain (SSO, process, web identity, profile files, container and instance metadata) can never
 * be reached there, yet would be a third of the bundle and of its start.
 *
 * Passing `credentials` to a client would not do: the client imports the chain all the same.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
