import type { MintBody } from '../mint-draft.ts';
import { androidSnippet } from './android.ts';
import { curlSnippet } from './curl.ts';
import { flutterSnippet } from './flutter.ts';
import { iosSnippet } from './ios.ts';
import { webSnippet } from './web.ts';

/** The request that code repeats. It holds no token: the caller token is a variable of the code. */
export interface Repeated {
  /** The base URL of the API. */
  readonly api: string;
  readonly request: MintBody;
  /** The layer of the answer. For a private layer, it has the name of this user's. */
  readonly layer: string;
}

/** Code that makes the same request. */
export interface Snippet {
  readonly title: string;
  readonly code: string;
  /** The page of the documentation with the rest. */
  readonly page: string;
  /** It runs on a phone or in an emulator, for which `localhost` is another machine. */
  readonly onPhone: boolean;
}

/** Writes the code of each platform. */
export function snippetsOf(repeated: Repeated): readonly Snippet[] {
  return [
    { title: 'curl', code: curlSnippet(repeated), page: 'docs/api.md', onPhone: false },
    { title: 'Web', code: webSnippet(repeated), page: 'docs/clients/web.md', onPhone: false },
    { title: 'Flutter', code: flutterSnippet(repeated), page: 'docs/clients/flutter.md', onPhone: true },
    { title: 'iOS', code: iosSnippet(repeated), page: 'docs/clients/ios.md', onPhone: true },
    { title: 'Android', code: androidSnippet(repeated), page: 'docs/clients/android.md', onPhone: true },
  ];
}
