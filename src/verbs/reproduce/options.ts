/** Which bundle is computed once more. */
export interface ReproduceOptions {
  /** `name@version`, or a bundle. */
  readonly bundle: string;
  /** Run a program that is not the present one of the project's own pipeline. */
  readonly allowCode: boolean;
}
