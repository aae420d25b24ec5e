import type { PromiseKept } from '../monitoring/report.ts';
import { utcMinute } from '../utc.ts';
import { figure, words } from './figures.ts';
import { markup, type Html } from './html.ts';
import { mark } from './page.ts';

/** What was promised of the model in charge when it was promoted, and what came; nothing where nothing was. */
export function promiseParagraph(promise: PromiseKept | null): Html | false {
  if (promise === null) return false;
  const { kept, metric, promised, at, came, low, high, labels } = promise;
  return markup`<p>${mark(kept ? 'good' : 'bad', kept ? 'kept' : 'not kept')} Of the model in charge ${words(metric)} ${figure(promised)} was promised at ${utcMinute(at)}; ${figure(came)} (${figure(low)} to ${figure(high)}) came on ${figure(labels)} labels.</p>`;
}
