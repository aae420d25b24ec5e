export interface InitOptions {
  readonly directory: string;
  readonly from?: string;
  readonly label?: string;
  readonly name?: string;
}
