import type { Block, ListItem, Sign, Tone, Words } from '../../verbs/view/blocks.ts';
import { textOf, toneOf } from '../../verbs/view/blocks.ts';
import type { Ink } from './ink.ts';
import { tableLines } from './table.ts';
import { displayWidth, pad, printable, wrap } from '../../verbs/view/width.ts';

/** What a text is laid out for. */
export interface Paper {
  readonly columns: number;
  readonly ink: Ink;
}

const indent = '  ';
const signs: Readonly<Record<Sign, string>> = { good: '✔', warn: '!', bad: '✖', none: '·' };
const signTones: Readonly<Record<Sign, Tone>> = { good: 'good', warn: 'warn', bad: 'bad', none: 'dim' };

/** The mark in front of a headline or a list item. */
export const signMark = (sign: Sign, ink: Ink): string => ink(signTones[sign], signs[sign]);

/** Lines under a hanging indent: the first after `lead`, the others below its text. */
function hanging(lead: string, leadWidth: number, text: string, tone: Tone, paper: Paper): string[] {
  return wrap(printable(text), paper.columns - leadWidth).map(
    (line, index) => `${index === 0 ? lead : ' '.repeat(leadWidth)}${paper.ink(tone, line)}`,
  );
}

function headlineLines(sign: Sign, title: string, detail: string | undefined, paper: Paper): string[] {
  const lead = `${signMark(sign, paper.ink)} `;
  const shown = printable(title);
  const oneLine = 2 + displayWidth(shown) + 2 + displayWidth(detail ?? '');
  if (detail !== undefined && oneLine <= paper.columns) {
    return [`${lead}${paper.ink('strong', shown)}  ${paper.ink('dim', printable(detail))}`];
  }
  const lines = hanging(lead, 2, title, 'strong', paper);
  return detail === undefined ? lines : [...lines, ...hanging('  ', 2, detail, 'dim', paper)];
}

function factLines(pairs: readonly (readonly [string, Words])[], paper: Paper): string[] {
  const labelWidth = pairs.reduce((width, [label]) => Math.max(width, displayWidth(printable(label))), 0);
  // A label column that eats the line (long names on a narrow terminal) goes above its value instead.
  const above = labelWidth + indent.length + 2 > paper.columns / 2;
  return pairs.flatMap(([label, words]) => {
    const shown = paper.ink('dim', pad(printable(label), above ? 0 : labelWidth, 'left'));
    if (above) {
      return [`${indent}${shown}`, ...hanging(`${indent}${indent}`, 4, textOf(words), toneOf(words), paper)];
    }
    const lead = `${indent}${shown}  `;
    return hanging(lead, indent.length + labelWidth + 2, textOf(words), toneOf(words), paper);
  });
}

function listLines(items: readonly ListItem[], paper: Paper): string[] {
  return items.flatMap((item) => [
    ...hanging(`${indent}${signMark(item.sign, paper.ink)} `, 4, item.text, 'plain', paper),
    ...(item.note === undefined ? [] : hanging('    ', 4, item.note, 'dim', paper)),
  ]);
}

const titled = (title: string | undefined, lines: readonly string[], paper: Paper): string[] =>
  title === undefined ? [...lines] : [...hanging(indent, 2, title, 'strong', paper), ...lines];

function blockLines(block: Block, paper: Paper): string[] {
  switch (block.kind) {
    case 'headline':
      return headlineLines(block.sign, block.title, block.detail, paper);
    case 'facts':
      return factLines(block.facts, paper);
    case 'table': {
      const lines = tableLines(block.columns, block.rows, paper.columns - indent.length, paper.ink);
      const body = lines.map((line) => (line === '' ? '' : indent + line));
      return titled(block.title, body, paper);
    }
    case 'list':
      return titled(block.title, listLines(block.items, paper), paper);
    case 'verbatim':
      return block.text.split('\n').map((line) => {
        const tone = line.startsWith('+') ? 'good' : line.startsWith('-') ? 'bad' : 'plain';
        return `${indent}${paper.ink(tone, printable(line))}`;
      });
    case 'paragraph':
      return hanging(indent, 2, block.text, block.tone ?? 'plain', paper);
    case 'next':
      return block.commands.map((command, index) => {
        const lead = paper.ink('dim', index === 0 ? 'next' : '    ');
        return `${indent}${lead}  ${paper.ink('accent', printable(command))}`;
      });
  }
}

const isEmpty = (block: Block): boolean =>
  (block.kind === 'facts' && block.facts.length === 0) ||
  (block.kind === 'table' && block.rows.length === 0) ||
  (block.kind === 'list' && block.items.length === 0) ||
  (block.kind === 'next' && block.commands.length === 0);

/** Blocks as text for a terminal: one blank line between blocks, empty blocks left out, a newline at the end. */
export function layout(blocks: readonly Block[], paper: Paper): string {
  const parts = blocks.filter((block) => !isEmpty(block)).map((block) => blockLines(block, paper).join('\n'));
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}
