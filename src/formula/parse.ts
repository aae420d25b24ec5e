/** A value of a row: a number, a text, a column's cell, or what is calculated of such. */
export type Term =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'negative'; readonly of: Term }
  | {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-' | '*' | '/';
      readonly left: Term;
      readonly right: Term;
    };

export const comparators = ['<=', '>=', '==', '!=', '<', '>'] as const;
export type Comparator = (typeof comparators)[number];

/** Two values of a row, and how they have to stand to each other. */
export interface Condition {
  readonly left: Term;
  readonly comparator: Comparator;
  readonly right: Term;
}

/** Why a text is no condition: what was expected, and at which character (from 1). */
export class FormulaError extends Error {
  override readonly name = 'FormulaError';
}

interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end';
  readonly text: string;
  /** From 1. */
  readonly at: number;
}

// Each alternative starts with another character or ends where the next cannot go on: nothing is tried twice.
const token =
  /\s+|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|'(?<text>[^']*)'|`(?<quoted>[^`]+)`|(?<name>[\p{L}_][\p{L}\p{N}_.]*)|(?<sign><=|>=|==|!=|[<>+\-*/()])/uy;

function tokensOf(formula: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < formula.length) {
    const at = token.lastIndex;
    const found = token.exec(formula);
    if (found === null)
      throw new FormulaError(
        formula[at] === '='
          ? `"=" at character ${at + 1}: equality is written "=="`
          : `${JSON.stringify(formula[at])} at character ${at + 1} means nothing here`,
      );
    const { number, text, quoted, name, sign } = found.groups ?? {};
    if (number !== undefined) tokens.push({ kind: 'number', text: number, at: at + 1 });
    else if (text !== undefined) tokens.push({ kind: 'text', text, at: at + 1 });
    else if (quoted !== undefined || name !== undefined)
      tokens.push({ kind: 'name', text: quoted ?? name ?? '', at: at + 1 });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at: at + 1 });
  }
  return [...tokens, { kind: 'end', text: '', at: formula.length + 1 }];
}

/** Deeper ones are no formula that a person wrote. */
const maximumDepth = 50;

/** Recursive descent: one method a level of the grammar. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(formula: string) {
    this.#tokens = tokensOf(formula);
  }

  condition(): Condition {
    const left = this.#sum();
    const comparator = comparators.find((one) => this.#take(one));
    if (comparator === undefined) throw this.#expected(`one of ${comparators.join(' ')}`);
    const right = this.#sum();
    if (this.#now.kind !== 'end') throw this.#expected('the end');
    return { left, comparator, right };
  }

  get #now(): Token {
    return this.#tokens[this.#next]!;
  }

  #expected(what: string): FormulaError {
    const { kind, text, at } = this.#now;
    const got = kind === 'end' ? 'the formula ends' : `got ${JSON.stringify(text)}`;
    return new FormulaError(`expected ${what} at character ${at}, ${got}`);
  }

  #take(sign: string): boolean {
    if (this.#now.kind !== 'sign' || this.#now.text !== sign) return false;
    this.#next += 1;
    return true;
  }

  #chain(signs: readonly ('+' | '-' | '*' | '/')[], part: () => Term): Term {
    let left = part();
    for (;;) {
      const operator = signs.find((sign) => this.#take(sign));
      if (operator === undefined) return left;
      left = { kind: 'arithmetic', operator, left, right: part() };
    }
  }

  #sum(): Term {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/'], () => this.#signed()));
  }

  #signed(): Term {
    this.#depth += 1;
    if (this.#depth > maximumDepth) throw new FormulaError('it is nested too deeply');
    const term: Term = this.#take('-') ? { kind: 'negative', of: this.#signed() } : this.#single();
    this.#depth -= 1;
    return term;
  }

  #single(): Term {
    if (this.#take('(')) {
      const inner = this.#sum();
      if (!this.#take(')')) throw this.#expected('")"');
      return inner;
    }
    const { kind, text } = this.#now;
    if (kind === 'end' || kind === 'sign') throw this.#expected("a column, a number or a 'text'");
    this.#next += 1;
    if (kind === 'number') return { kind, value: Number(text) };
    return kind === 'text' ? { kind, text } : { kind: 'column', name: text };
  }
}

/**
 * A condition on the cells of a row: two sides of columns, numbers and `+ - * /`, and a comparison. Columns whose names
 * are no words stand in backticks, texts in single quotes.
 *
 * @example parseCondition('start <= end').comparator === '<='
 * @throws FormulaError where it is none.
 */
export function parseCondition(formula: string): Condition {
  return new Parser(formula).condition();
}
