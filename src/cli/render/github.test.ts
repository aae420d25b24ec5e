import { describe, expect, it } from 'vitest';
import { headline, paragraph, right, table } from '../../verbs/view/blocks.ts';
import type { AnnotationLine } from './github.ts';
import { annotationLines, summaryText } from './github.ts';
import { markdown } from '../../verbs/view/markdown.ts';

describe('annotationLines', () => {
  it('escapes what the runner would read as its own', () => {
    const line = annotationLines(
      [
        {
          level: 'error',
          title: 'a, b: c',
          message: '100 %\nnext\r::set-env::',
          at: { file: 'x,y.yaml', line: 3, column: 5 },
        },
      ],
      '/root',
      {},
    );
    expect(line).toBe(
      '::error file=x%2Cy.yaml,line=3,col=5,title=a%2C b%3A c::100 %25%0Anext%0D::set-env::\n',
    );
  });

  it('names files as the repository does, and a file outside as it was given', () => {
    const at = (file: string): string =>
      annotationLines([{ level: 'warning', title: 't', message: 'm', at: { file } }], '/repo/models', {
        GITHUB_WORKSPACE: '/repo',
      });
    expect(at('pipelines/a.yaml')).toContain('file=models/pipelines/a.yaml,');
    expect(at('/data/rows.csv')).toContain('file=/data/rows.csv,');
  });

  it('gives at most 10, errors first, and says how many are left', () => {
    const many = Array.from({ length: 14 }, (_, index): AnnotationLine => ({
      level: index === 13 ? 'error' : 'warning',
      title: 't',
      message: String(index),
    }));
    const lines = annotationLines(many, '', {}).trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('::error title=t::13');
    expect(lines[9]).toContain('and 5 more');
  });
});

describe('the step summary', () => {
  const blocks = [headline('good', 'a|b <img>'), table(['x', right('n')], [['`c`', '1']])];

  it('is Markdown that shows cells as they are', () => {
    expect(markdown(blocks)).toBe('### ✅ a\\|b \\<img\\>\n\n| x | n |\n|---|---:|\n| \\`c\\` | 1 |\n');
  });

  it('stays within 1 MiB with what stands there already', () => {
    const limit = 1024 * 1024;
    const long = [
      headline('bad', 'x'),
      ...Array.from({ length: 60_000 }, () => paragraph('日本語のテキスト')),
    ];
    const cut = summaryText(long, 1000);
    expect(Buffer.byteLength(cut) + 1000).toBeLessThanOrEqual(limit);
    expect(cut).not.toContain('\ufffd');
    expect(cut.endsWith('… cut: a step summary holds 1 MiB.\n')).toBe(true);
    expect(summaryText(blocks, limit)).toBe('');
  });
});
