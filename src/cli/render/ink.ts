import type { Tone } from '../../verbs/view/blocks.ts';

/** Puts colour on a text, or leaves it as it is. */
export type Ink = (tone: Tone, text: string) => string;

/** The ink of pipes, files and `--no-color`. */
export const noInk: Ink = (_tone, text) => text;

/** The ink of a terminal. chalk is loaded only when a stream wants colour. */
export async function colourInk(): Promise<Ink> {
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const paints: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    strong: chalk.bold,
    dim: chalk.dim,
    good: chalk.green,
    warn: chalk.yellow,
    bad: chalk.red,
    accent: chalk.cyan,
  };
  return (tone, text) => (text === '' ? text : paints[tone](text));
}

/** What decides about colour: the flag, the environment, the stream. */
export interface ColourQuestion {
  readonly flag: boolean;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly tty: boolean;
}

/**
 * Colour on a terminal only. `--no-color` and a non-empty `NO_COLOR` (no-color.org) switch it off, `FORCE_COLOR`
 * switches it on for a pipe too (`0` and `false` off); `TERM=dumb` has none.
 */
export function wantsColour({ flag, variables, tty }: ColourQuestion): boolean {
  if (!flag) return false;
  if ((variables.NO_COLOR ?? '') !== '') return false;
  const forced = variables.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return tty && variables.TERM !== 'dumb';
}
