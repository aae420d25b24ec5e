import type { Block, ListItem, Sign, Words } from './blocks.ts';
import { textOf } from './blocks.ts';
import { printable } from './width.ts';

const signs: Readonly<Record<Sign, string>> = { good: '✅', warn: '⚠️', bad: '❌', none: '•' };

/** Text as Markdown shows it, whatever characters a column name or a cell has. */
const escape = (text: string): string => printable(text).replaceAll(/[\\`*_{}[\]<>|#~&$!@]/g, '\\$&');

const cell = (words: Words): string => escape(textOf(words));

const itemLines = (item: ListItem): string =>
  `- ${signs[item.sign]} ${escape(item.text)}${item.note === undefined ? '' : ` (${escape(item.note)})`}`;

const titled = (title: string | undefined, body: string): string =>
  title === undefined ? body : `**${escape(title)}**\n\n${body}`;

function blockText(block: Block): string {
  switch (block.kind) {
    case 'headline':
      return `### ${signs[block.sign]} ${escape(block.title)}${block.detail === undefined ? '' : `\n\n${escape(block.detail)}`}`;
    case 'facts':
      return block.facts.map(([label, words]) => `- ${escape(label)}: **${cell(words)}**`).join('\n');
    case 'table': {
      const header = `| ${block.columns.map((column) => escape(column.title)).join(' | ')} |`;
      const rule = `|${block.columns.map((column) => (column.align === 'right' ? '---:' : '---')).join('|')}|`;
      const rows = block.rows.map((row) => `| ${row.map(cell).join(' | ')} |`);
      return block.rows.length === 0 ? '' : titled(block.title, [header, rule, ...rows].join('\n'));
    }
    case 'list':
      return block.items.length === 0 ? '' : titled(block.title, block.items.map(itemLines).join('\n'));
    case 'verbatim':
      return `${'`'.repeat(4)}diff\n${block.text.split('\n').map(printable).join('\n').replaceAll('````', "''''")}\n${'`'.repeat(4)}`;
    case 'paragraph':
      return escape(block.text);
    case 'next':
      return block.commands
        .map((command) => `Next: \`${printable(command).replaceAll('`', "'")}\``)
        .join('\n');
  }
}

/** Blocks as GitHub-flavoured Markdown, for the step summary of a CI run. */
export function markdown(blocks: readonly Block[]): string {
  return `${blocks
    .map(blockText)
    .filter((text) => text !== '')
    .join('\n\n')}\n`;
}
