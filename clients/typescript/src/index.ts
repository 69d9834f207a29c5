/** The API's answer to a mint request. */
export interface Token {
  readonly jwt: string;
}
