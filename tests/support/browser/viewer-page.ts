import { build } from 'esbuild';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';

const SDK = new URL('../../../node_modules/@nutrient-sdk/viewer/dist/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
  '.css': 'text/css',
  '.json': 'application/json',
};

const HTML = `<!doctype html>
<meta charset="utf-8">
<div id="viewer" style="width: 800px; height: 600px"></div>
<script src="/sdk/nutrient-viewer.js"></script>
<script src="/viewer-in-page.js"></script>`;

const bundle = async (): Promise<Uint8Array> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('viewer-in-page.js', import.meta.url))],
    bundle: true,
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild wrote no file.');
  return file.contents;
};

/** The state that `viewer-in-page.js` tells. */
export interface ViewerState {
  /** Code and cause of each error. */
  readonly errors: readonly string[];
  /** The `jti` of each refused token. */
  readonly renewals: readonly string[];
  readonly isWatching: boolean;
  readonly isLoaded: boolean;
}

/** A server of pages with Nutrient's Web SDK and connectViewer. */
export class ViewerPages {
  /** The URLs that a page asked for outside of this machine. They were blocked. */
  readonly outside: string[] = [];
  readonly #server;
  readonly #browser;

  private constructor(browser: Browser, script: Uint8Array) {
    this.#browser = browser;
    this.#server = createServer(({ url = '/' }, response) => {
      const file = new URL(url.slice('/sdk/'.length), SDK);
      if (url === '/') response.setHeader('content-type', 'text/html').end(HTML);
      else if (url === '/viewer-in-page.js')
        response.setHeader('content-type', 'text/javascript').end(script);
      else if (url.startsWith('/sdk/') && existsSync(file)) {
        response.setHeader('content-type', TYPES[extname(file.pathname)] ?? 'application/octet-stream');
        createReadStream(file).pipe(response);
      } else response.writeHead(404).end();
    });
  }

  static async start(browser: Browser): Promise<ViewerPages> {
    const pages = new ViewerPages(browser, await bundle());
    await new Promise<void>((resolve) => {
      pages.#server.listen(0, '127.0.0.1', resolve);
    });
    return pages;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await this.#server[Symbol.asyncDispose]();
  }

  /** Opens a page of its own, which can reach this machine alone. */
  async open(): Promise<Page> {
    const context = await this.#browser.newContext();
    await context.route(
      ({ hostname, protocol }) => protocol.startsWith('http') && hostname !== '127.0.0.1',
      async (route) => {
        this.outside.push(route.request().url());
        await route.abort();
      },
    );
    const page = await context.newPage();
    const { port } = z.object({ port: z.number() }).parse(this.#server.address());
    await page.goto(`http://127.0.0.1:${port}/`);
    return page;
  }
}

/** Calls a function of `viewer-in-page.js`, and waits for its result. */
export async function inPage(page: Page, name: string, ...values: unknown[]): Promise<unknown> {
  return page.evaluate(`viewerInPage.${name}(...${JSON.stringify(values)})`);
}

/** Reads the state of a viewer of a page: the newest one unless told otherwise. */
export async function stateOf(page: Page, index = -1): Promise<ViewerState> {
  return (await inPage(page, 'state', index)) as ViewerState;
}
