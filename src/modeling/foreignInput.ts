/** One input of a model, as its file has it. */
export interface ForeignInput {
  readonly name: string;
  /** Are its values codes of categories? Undefined: the file does not say. */
  readonly categorical?: boolean;
  /** The least and the largest number that it was trained on, where the file has them. */
  readonly range?: readonly [least: number, largest: number];
  /** The words behind the codes, where the file has them. */
  readonly words?: readonly string[];
  /** It takes words, and knows these one by one: all others are one to it, and none is another. */
  readonly text?: true;
  /** It takes whole numbers alone, none of which is missing. */
  readonly whole?: true;
}
