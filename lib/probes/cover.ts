/** Makes the URL of a document's cover image, the one part of a document that a plain request can get with a client token. */
export function coverUrl(serverUrl: string, documentId: string, jwt: string): string {
  const url = new URL(`${serverUrl}/documents/${encodeURIComponent(documentId)}/cover`);
  url.search = new URLSearchParams({ width: '200', jwt }).toString();
  return url.href;
}
