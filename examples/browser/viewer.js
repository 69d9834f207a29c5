/**
 * Opens a document in Nutrient's Web SDK, and gives it a new token in time.
 *
 * @param {object} NutrientViewer - the Web SDK
 * @param {string | HTMLElement} container
 * @param {ReturnType<import('./tokens.js').createTokens>} tokens
 * @param {(error: Error) => void} onEnd - is told when the user has no access any more, or has to sign in again
 * @returns {Promise<() => void>} closes the document
 * @throws {MintError} if there is no first token
 */
export async function openViewer(NutrientViewer, container, tokens, onEnd) {
  let instance;
  let newer;
  function renew({ jwt }) {
    newer = jwt;
    instance?.setSession(jwt);
  }

  const first = await tokens.mint();
  instance = await NutrientViewer.load({
    container,
    serverUrl: first.serverUrl,
    documentId: first.documentId,
    authPayload: { jwt: first.jwt },
    instant: true,
    // Document Engine refused the token: it was revoked, or the device slept past its end. The SDK waits 30 seconds for
    // a new one. It can call this before load() has resolved.
    onAuthFailed: () => tokens.mint().then(renew).catch(onEnd),
  });
  if (newer !== undefined) instance.setSession(newer);

  const stop = tokens.keepFresh(first, renew, onEnd);
  return () => {
    stop();
    NutrientViewer.unload(container);
  };
}
