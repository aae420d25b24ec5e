import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { findCommand, misread, program } from './commandLines.ts';

/**
 * What people are told to type can be typed: every command line that stands in a text of src is read by the real
 * program, and every option that a hint names is one of the command it speaks of.
 */
const root = resolve(import.meta.dirname, '../..');

interface Told {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  /** Something that people read. */
  readonly sentence: boolean;
}

/** A template as it may read: what is filled in becomes a word. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}

const isSaid = ({ parent }: ts.Node): boolean => {
  let node = parent;
  while (
    ts.isConditionalExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isBinaryExpression(node)
  )
    node = node.parent;
  return ts.isPropertyAssignment(node) && /^(hint|message|fix)$/.test(node.name.getText());
};

/** What stands where people read it, and everything that reads like a sentence. */
const isSentence = (node: ts.Node, text: string): boolean =>
  isSaid(node) || (/^[A-Z…].* .*[.?:>]$/.test(text) && !text.includes('\n'));

function textsOf(file: string): readonly Told[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Told[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined && /aieng |--[a-z]/.test(text))
      found.push({
        file: relative(root, file),
        line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
        text,
        sentence: isSentence(node, text),
      });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/(\.(test|fixture)|(^|\/)sample)\.ts$/.test(file))
  .map((file) => join(root, 'src', file));
const told = sources.flatMap(textsOf);

describe('commands in texts of src', () => {
  it('are found', () => {
    expect(told.length).toBeGreaterThan(100);
  });

  it('can be typed', () => {
    const wrong = told.flatMap(({ file, line, text }) =>
      [...text.matchAll(/`[^`]*?\b(aieng [^`]*)`/g)].flatMap(([, command = '']) => {
        const problem = misread(command);
        return problem === null ? [] : [`${file}:${line}: \`${command}\`: ${problem}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('stand in backticks where they stand in a sentence', () => {
    const names = program.commands.map((command) => command.name()).join('|');
    const bare = told.filter(
      ({ text, sentence }) =>
        sentence && new RegExp(`\\baieng (${names})\\b`).test(text.replaceAll(/`[^`]*`/g, '')),
    );
    expect(bare.map(({ file, line, text }) => `${file}:${line}: ${text}`)).toEqual([]);
  });

  it('an option that a sentence names without its command is one of the verb whose folder it stands in, else of some verb', () => {
    const optionsOf = (commands: readonly Command[]): ReadonlySet<string | undefined> =>
      new Set([program, ...commands].flatMap(({ options }) => options.map(({ long }) => long)));
    const wrong = told.flatMap(({ file, line, text, sentence }) => {
      const own = findCommand(/^src\/verbs\/([^/]+)\//.exec(file)?.[1]);
      const known = optionsOf(own === undefined ? program.commands : [own]);
      const bare = text.replaceAll(/`[^`]*`/g, '').matchAll(/(?<![\w-])--[a-z][a-z-]*/g);
      return sentence
        ? [...bare].flatMap(([flag]) => (known.has(flag) ? [] : [`${file}:${line}: ${flag}: ${text}`]))
        : [];
    });
    expect(wrong).toEqual([]);
  });
});

describe('commands in the pages', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join('docs', file)),
  ];

  it.each(pages)('%s: can be typed', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const blocks = [...text.matchAll(/^```(?:\w+)?\n(.*?)^```/gms)].map(([, block = '']) =>
      block.replaceAll('\\\n', ' '),
    );
    const lines = blocks.flatMap((block) => block.split('\n'));
    const typed = lines.flatMap((line) =>
      [...line.matchAll(/(?:^\s*(?:\$ )?|&& |\| |npx |\()(aieng [^#|&>)]*)/g)].map(([, command = '']) =>
        command.trim(),
      ),
    );
    const inline = [...text.matchAll(/`(aieng [^`]*)`/g)].map(([, command = '']) => command);
    const wrong = [...typed, ...inline].flatMap((command) => {
      const problem = /^aieng <command>/.test(command) ? null : misread(command);
      return problem === null ? [] : [`\`${command}\`: ${problem}`];
    });
    expect(wrong).toEqual([]);
  });
});
