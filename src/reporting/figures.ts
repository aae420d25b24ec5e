/** Three significant digits, thousands separated: what a person reads at a glance. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  if (size < 0.0001) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

/** A share as percent; what is not quite nothing or everything does not look like it. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  if (value < 100 && value > 99.9) return '> 99.9 %';
  return `${Number(value.toFixed(1))} %`;
}

/** p-values below what anybody tells apart are said as that. */
export const pValue = (p: number): string => (p < 0.0001 ? '< 0.0001' : figure(p));

/** `log_loss` → `log loss`, `roc_auc` → `ROC AUC`. */
export const words = (name: string): string =>
  name
    .replaceAll('_', ' ')
    .replaceAll(/\b(?:roc|pr|auc|rmse|mae|mape|f1|r2)\b/g, (word) => word.toUpperCase());

/** `1 row`, `2 rows`. */
export const counted = (n: number, noun: string): string => `${figure(n)} ${noun}${n === 1 ? '' : 's'}`;

/** Up to five names, then how many more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
