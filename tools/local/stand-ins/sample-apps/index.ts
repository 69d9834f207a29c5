export { mintOverApi } from './mint-client.ts';
export { sampleAppRoutes, type Minted, type MintRequest, type SampleDocument } from './sample-apps.ts';
