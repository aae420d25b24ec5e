/** What is signed with which key. */
export interface SignOptions {
  /** `name@version`, a bundle, an image, a model file or folder. */
  readonly what: string;
  /** `env:NAME` or a path; left out = what the pipeline's `trust.sign_with` says. */
  readonly key?: string;
  /** A program that holds the key, with its words. */
  readonly command?: readonly string[];
  readonly publicKey?: string;
  readonly certificate?: string;
  /** Where the signature of an image or of a model that is no bundle goes. */
  readonly signature?: string;
}
