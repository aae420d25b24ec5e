import { describe, expect, it } from 'vitest';
import { metricName } from './metricName.ts';

describe('metricName', () => {
  it.each([
    ['log_loss', 'log loss'],
    ['roc_auc', 'ROC AUC'],
    ['pr_auc', 'PR AUC'],
    ['weighted_f1', 'weighted F1'],
    ['rmse', 'RMSE'],
    ['r2', 'R²'],
    ['brier', 'Brier score'],
    ['own_auc', 'own AUC'],
    ['prior', 'prior'],
  ])('calls %s %s', (name, said) => {
    expect(metricName(name)).toBe(said);
  });
});
