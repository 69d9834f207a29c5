/** Opens a document at the Document Engine stand-in with a client token. @returns the HTTP status: 200 if it accepts the token */
export async function openDocument(
  documentEngine: string,
  jwt: string,
  documentId: string,
  layer = '',
): Promise<number> {
  const query = new URLSearchParams({ documentId, layer, jwt });
  const response = await fetch(`${documentEngine}/local/open?${query.toString()}`);
  await response.body?.cancel();
  return response.status;
}
