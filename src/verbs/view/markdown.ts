import type { Block, ListItem, Sign, Words } from './blocks.ts';
import { textOf } from './blocks.ts';
import { printable } from './width.ts';

const signs: Readonly<Record<Sign, string>> = { good: '✅', warn: '⚠️', bad: '❌', none: '•' };

/** Text as Markdown shows it, whatever characters a column name or a cell has. */
const escaped = (text: string): string => printable(text).replaceAll(/[\\`*_{}[\]<>|#~&$!@]/g, '\\$&');

type Clean = (text: string) => string;

const itemLines = (item: ListItem, escape: Clean): string =>
  `- ${signs[item.sign]} ${escape(item.text)}${item.note === undefined ? '' : ` (${escape(item.note)})`}`;

const titled = (title: string | undefined, body: string, escape: Clean): string =>
  title === undefined ? body : `**${escape(title)}**\n\n${body}`;

const fence = '`'.repeat(4);

/** Lines as they are: nothing inside a fence is Markdown, and none of them may end it. */
const fenced = (text: string): string =>
  [`${fence}diff`, ...text.split('\n').map((line) => printable(line).replaceAll(fence, "''''")), fence].join(
    '\n',
  );

function blockText(block: Block, scrub: Clean): string {
  // Before a backslash can hide a secret from who looks for it.
  const escape = (text: string): string => escaped(scrub(text));
  const cell = (words: Words): string => escape(textOf(words));
  switch (block.kind) {
    case 'headline':
      return `### ${signs[block.sign]} ${escape(block.title)}${block.detail === undefined ? '' : `\n\n${escape(block.detail)}`}`;
    case 'facts':
      return block.facts.map(([label, words]) => `- ${escape(label)}: **${cell(words)}**`).join('\n');
    case 'table': {
      const header = `| ${block.columns.map((column) => escape(column.title)).join(' | ')} |`;
      const rule = `|${block.columns.map((column) => (column.align === 'right' ? '---:' : '---')).join('|')}|`;
      const rows = block.rows.map((row) => `| ${row.map(cell).join(' | ')} |`);
      return block.rows.length === 0 ? '' : titled(block.title, [header, rule, ...rows].join('\n'), escape);
    }
    case 'list':
      return block.items.length === 0
        ? ''
        : titled(block.title, block.items.map((item) => itemLines(item, escape)).join('\n'), escape);
    case 'verbatim':
      return fenced(scrub(block.text));
    case 'paragraph':
      return escape(block.text);
    case 'next':
      return block.commands
        .map((command) => `Next: \`${printable(scrub(command)).replaceAll('`', "'")}\``)
        .join('\n');
  }
}

/** Blocks as GitHub-flavoured Markdown, for the step summary of a CI run and for comments; `scrub` takes secrets out. */
export function markdown(blocks: readonly Block[], scrub: Clean = (text) => text): string {
  return `${blocks
    .map((block) => blockText(block, scrub))
    .filter((text) => text !== '')
    .join('\n\n')}\n`;
}
