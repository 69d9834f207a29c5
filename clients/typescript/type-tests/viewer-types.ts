// Checked by `npm run typecheck` and never run: connectViewer takes the real Web SDK, as its own types describe it.
import sdk from '@nutrient-sdk/viewer';
import { connectViewer } from '../src/viewer.ts';

// The SDK is CommonJS to Node's resolution. A bundler resolves the import to NutrientViewer itself.
const NutrientViewer = sdk.default;

declare const source: Parameters<typeof connectViewer>[0];
declare const container: HTMLElement;

const viewer = connectViewer(
  source,
  NutrientViewer,
  {
    container,
    documentId: 'contract-2026',
    toolbarItems: [{ type: 'pager' }],
  },
  {
    layer: 'review',
    onLoaded: (instance) => {
      instance.setViewState((state) => state.set('currentPageIndex', 1));
    },
  },
);
viewer.instance?.addEventListener('document.change', () => undefined);

// These can be given: a viewer that does not synchronize, and a Document Engine behind another name.
connectViewer(source, NutrientViewer, {
  container: '#viewer',
  documentId: 'contract-2026',
  instant: false,
  serverUrl: 'https://documents.example.com/',
});

connectViewer(source, NutrientViewer, {
  container,
  documentId: 'contract-2026',
  // @ts-expect-error The token comes from the source.
  authPayload: { jwt: 'literal' },
});

connectViewer(source, NutrientViewer, {
  container,
  documentId: 'contract-2026',
  // @ts-expect-error Renewals are connectViewer's.
  onAuthFailed: () => undefined,
});

// @ts-expect-error A document of Document Engine has an id.
connectViewer(source, NutrientViewer, { container });

// @ts-expect-error A file of the app's own needs no token.
connectViewer(source, NutrientViewer, { container, document: '/file.pdf', documentId: 'contract-2026' });

// @ts-expect-error The SDK has no such option.
connectViewer(source, NutrientViewer, { container, documentId: 'contract-2026', toolbarItem: [] });

// @ts-expect-error A role is not part of a request.
connectViewer(source, NutrientViewer, { container, documentId: 'contract-2026' }, { role: 'owner' });
