import type { PromiseKept } from '../../monitoring/report.ts';
import { toned } from './blocks.ts';
import type { Words } from './blocks.ts';
import { metricName } from '../../statistics/metrics/metricName.ts';
import { counted, figure } from './format.ts';

/** What was promised of the model in charge when it was promoted, and what came; null where nothing was. */
export function promiseWords(promise: PromiseKept | null): Words | null {
  if (promise === null) return null;
  const { metric, promised, came, labels, kept } = promise;
  const words = `${metricName(metric)} ${figure(promised)} was promised, ${figure(came)} came on ${counted(labels, 'label')}${kept ? '' : ': it was not kept'}`;
  return toned(kept ? 'good' : 'bad', words);
}
