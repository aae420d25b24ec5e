import { formatDigits } from '../statistics/figures.ts';
import { metricName } from '../statistics/metrics/metricName.ts';

/** Text in Markdown that means nothing but itself: names and values come from data. */
export function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>#|~]/g, (mark) => `\\${mark}`)
    .slice(0, 500);
}

/** A table with a head. Cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A JSON example as a fenced block; the fence is longer than any run of backticks inside. */
export function jsonBlock(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}json\n${text}\n${fence}`;
}

/** Four significant digits; `–` where there is no figure. */
export const figure = (value: number): string => (Number.isFinite(value) ? formatDigits(value, 4) : '–');

/** `log_loss` → `log loss`, `roc_auc` → `ROC AUC`. */
export const words = (name: string): string => plain(metricName(name));
