import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunComparison } from '../../evaluation/runChanges.ts';
import { comparisonComment } from './comment.ts';

const side = {
  command: 'run',
  ok: true,
  exitCode: 0,
  bundle: 'ab'.repeat(32),
  version: 1,
  set: [],
  error: null,
};
const none = { appeared: [], gone: [], stayed: [] };
const comparison: RunComparison = {
  pipeline: 'churn',
  base: side,
  head: side,
  metric: 'log_loss',
  metrics: [{ part: 'test', name: 'log_loss', base: 0.41, head: 0.4, change: -0.01, verdict: 'better' }],
  gates: [],
  alarms: none,
  warnings: none,
  bundle: 'unchanged',
};
const saying = (text: string): string =>
  comparisonComment({ ...comparison, warnings: { ...none, appeared: [text] } }).body;

describe('the comment of a pull request', () => {
  it('begins with its marker and has the figures with their direction', () => {
    const { marker, body } = comparisonComment(comparison);
    expect(marker).toBe('<!-- aieng:churn -->');
    expect(body.startsWith(`${marker}\n### ✅ log loss 0.41 → 0.4: better`)).toBe(true);
    expect(body).toContain('| log loss | 0.41 | 0.4 | −0.01 | better |');
  });

  it.each([
    '@octocat look',
    'see #12 and o/r#13 and GH-14',
    '<img src=x onerror=alert(1)>',
    '[click](https://evil.example)',
    'https://evil.example/?a=1',
    'www.evil.example',
    '`code` **bold** ~~gone~~ | cell',
    '--> <!-- aieng:other -->',
    '&lt;b&gt;',
    '$x^2$',
  ])('takes %j as mere text', (text) => {
    const body = saying(text);
    const line = body.split('\n').find((each) => each.includes('⚠️'))!;
    // What GitHub finds in text even behind a backslash.
    expect(line).not.toMatch(/@\w|#\d|:\/\/|www\.|GH-\d/);
    // Every other sign that means something has a backslash before it.
    expect(line.slice('- ⚠️ '.length)).not.toMatch(/(?<!\\)[<>[\]`*|~&$]/);
  });

  it('has one marker and no tag, whatever is said', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '<',
            '!',
            '-',
            '-->',
            'aieng:',
            ' churn',
            '\n',
            '\r',
            '@',
            '#',
            '/',
            '\\',
            '`',
            '|',
            'a',
          ),
          maxLength: 60,
        }),
        (text) => {
          const body = saying(text);
          expect(body.match(/(?<!\\)<!--/g)).toHaveLength(1);
          expect(body.slice(body.indexOf('\n'))).not.toMatch(/(?<!\\)<(?=[a-z!/])|@\w/);
        },
      ),
    );
  });

  it('fits into a comment', () => {
    const long = { ...none, appeared: Array.from({ length: 50 }, (_, n) => `${n}${'<'.repeat(9_000)}`) };
    const { body } = comparisonComment({ ...comparison, warnings: long, alarms: long });
    expect(body.length).toBeLessThanOrEqual(65_000);
    expect(body.startsWith('<!-- aieng:churn -->\n')).toBe(true);
    expect(body).toContain('… cut');
  });
});
