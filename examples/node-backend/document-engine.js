/**
 * Makes the upload of a PDF to Document Engine.
 *
 * @param {string} url - the base URL of Document Engine
 * @param {string} apiToken - its API token, which no app must ever see
 * @returns {(pdf: AsyncIterable<Uint8Array>) => Promise<string>} resolves with the id of the new document
 */
export function createUpload(url, apiToken) {
  return async (pdf) => {
    const response = await fetch(`${url}/api/documents`, {
      method: 'POST',
      headers: { authorization: `Token token="${apiToken}"`, 'content-type': 'application/pdf' },
      body: pdf,
      duplex: 'half',
    });
    if (!response.ok) throw new Error(`Document Engine answered ${response.status} to an upload`);
    return (await response.json()).data.document_id;
  };
}
