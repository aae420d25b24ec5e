import { formatNumber } from '../statistics/figures.ts';

/** What a person reads at a glance; `–` where there is no figure. */
export const figure = (value: number | null | undefined): string =>
  typeof value === 'number' && Number.isFinite(value) ? formatNumber(value) : '–';

/** p-values below what anybody tells apart are said as that. */
export const pValue = (p: number): string => (p < 0.0001 ? '< 0.0001' : figure(p));

/** `log_loss` → `log loss`, `roc_auc` → `ROC AUC`. */
export const words = (name: string): string =>
  name
    .replaceAll('_', ' ')
    .replaceAll(/\b(?:roc|pr|auc|rmse|mae|mape|f1|r2)\b/g, (word) => word.toUpperCase());
