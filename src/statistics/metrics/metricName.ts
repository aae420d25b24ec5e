const spoken: Readonly<Record<string, string>> = { r2: 'R²', brier: 'Brier score' };

/** The name of a metric as people say it, on the terminal and on every page: `log_loss` → `log loss`, `roc_auc` → `ROC AUC`. */
export const metricName = (name: string): string =>
  name
    .replaceAll('_', ' ')
    .replaceAll(
      /\b(?:roc|pr|auc|rmse|mae|mape|f1|r2|brier)\b/g,
      (word) => spoken[word] ?? word.toUpperCase(),
    );
