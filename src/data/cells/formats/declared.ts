/**
 * How the numbers of a column are written, where that is not plain (`-1234.5`): only what differs is declared. Any of it
 * also lets texts of JSON be numbers; a JSON number stays what it is.
 */
export interface NumberFormat {
  /** What stands before the fraction; a point unless it says otherwise. */
  readonly decimal?: '.' | ',';
  /** What may stand between groups of digits. A space is any kind of it, an apostrophe either of the two. */
  readonly thousands?: '.' | ',' | ' ' | "'" | '_';
  /** `12,34,567`: groups of two before the last of three. */
  readonly grouping?: 'indian';
  /** A symbol or code that may stand before or behind the number. */
  readonly currency?: string;
  /** The number may be followed by `%`: `75.8 %` is 75.8. */
  readonly percent?: true;
  /** Written besides with a minus in front: `(5)`, `5-`, or one of the other minus signs, which every format takes. */
  readonly negative?: 'parentheses' | 'trailing-minus' | 'minus-sign';
  /** `<0.5`, `>=100`: the number, or missing. */
  readonly censored?: 'missing' | 'bound';
  /** May stand behind the number. */
  readonly unit?: string;
}

/** How the times of a column are written, where that is not ISO 8601. */
export interface TimeFormat {
  /** `DD.MM.YYYY HH:mm` (`timePattern`), `epoch-seconds`, `epoch-milliseconds`, `spreadsheet-days` or `ISO`. */
  readonly pattern: string;
  /** Of texts that name none: `+02:00`, `Europe/Berlin`. */
  readonly zone?: string;
  /** Which is meant of a time that clocks showed twice when they were set back; refused where nothing is said. */
  readonly overlap?: 'first' | 'second';
  /** Years of two digits lie in the hundred years from this one on; 1969 where nothing is said. */
  readonly yearsFrom?: number;
}
