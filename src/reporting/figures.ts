import { formatNumber } from '../statistics/figures.ts';
import { metricName } from '../statistics/metrics/metricName.ts';

/** What a person reads at a glance; `–` where there is no figure. */
export const figure = (value: number | null | undefined): string =>
  typeof value === 'number' && Number.isFinite(value) ? formatNumber(value) : '–';

/** p-values below what anybody tells apart are said as that. */
export const pValue = (p: number): string => (p < 0.0001 ? '< 0.0001' : figure(p));

/** A metric's name, and every other name that is told like one. */
export const words = metricName;

/** What people look for first, of classes and of numbers; others follow by name. */
const lookedFor = [
  'roc_auc',
  'pr_auc',
  'log_loss',
  'f1',
  'precision',
  'recall',
  'accuracy',
  'rmse',
  'mae',
  'r2',
];

/** The metric that was asked for, then those that people look for, then the others. */
export function metricsInOrder(asked: string, names: readonly string[]): readonly string[] {
  const place = (name: string): number => {
    const found = lookedFor.indexOf(name);
    return name === asked ? -1 : found < 0 ? lookedFor.length : found;
  };
  return [...names].sort((left, right) => place(left) - place(right) || (left < right ? -1 : 1));
}
