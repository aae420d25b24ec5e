import { Type } from '@sinclair/typebox';
import { count, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

/** Something that was found out about how a file is written, with what shows it. */
export const findingShape = Type.Object(
  {
    key: orNull(text('The key of `source:` that declares it; null = nothing needs to.')),
    value: orNull(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    what: text('In a sentence.'),
    line: orNull(count('The physical line that shows it, from 1.')),
    example: orNull(text('What stands there.')),
  },
  { title: 'Finding' },
);
export type Finding = Shape<typeof findingShape>;

const longestExample = 120;

/** A piece of a file as an example: on one line, what cannot be seen made visible, never long. */
export function shownExample(piece: string): string {
  const visible = piece.replaceAll(/[\u0000-\u001f\u007f]/g, (char) =>
    char === '\t' ? '\t' : JSON.stringify(char).slice(1, -1),
  );
  return visible.length > longestExample ? `${visible.slice(0, longestExample - 1)}…` : visible;
}
