/** Parses the JSON of another program. @returns undefined if it is not JSON */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
