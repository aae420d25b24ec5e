import type { MonitorReport, RetrainResult } from '../../src/index.ts';
import { dealOut } from './deal.ts';
import type { Deal, Row } from './deal.ts';
import { createProject, freePort, readFixture } from './project.ts';
import type { Place } from './project.ts';
import { summarise } from './summary.ts';
import {
  acceptLevel,
  canary,
  heading,
  heard,
  look,
  must,
  note,
  retrain,
  tell,
  traffic,
  type,
  whileCustomersCome,
  writePage,
} from './teller.ts';
import type { Teller, Told } from './teller.ts';

/** The story of the closed loop, or its control. */
export interface Story extends Told {
  readonly seed: number;
  readonly control: boolean;
  readonly monitor: {
    readonly calm: MonitorReport | null;
    readonly launch: MonitorReport | null;
    readonly after: MonitorReport | null;
  };
  readonly retraining: RetrainResult | null;
  readonly report: string;
  readonly summary: string;
}

type Facts = Pick<Story, 'monitor' | 'retraining'>;

async function build(teller: Teller, port: string): Promise<void> {
  heading(teller, 'From a CSV to a running service');
  for (const verb of ['ingest', 'validate', 'featurize', 'train', 'package'])
    await must(teller, verb, [verb, 'churn']);
  await must(teller, 'deploy', ['deploy', 'churn', '--to', teller.place.target, '--port', port]);
}

/** Back to the version before while customers keep coming: as fast as a switch, and as quiet. */
async function rollBack(teller: Teller, rows: readonly Row[]): Promise<void> {
  heading(teller, 'Back to the version before, while customers keep coming');
  const { requests, failed, said } = await whileCustomersCome(teller, rows, () =>
    type(teller, 'rollback', ['rollback', 'churn'], 0),
  );
  note(teller, {
    title: 'traffic during rollback',
    output: said,
    figures: [
      ['requests meanwhile', String(requests)],
      ['failed', String(failed)],
    ],
    promise: 'no failed request',
    kept: failed === 0 && requests > 0,
  });
}

/** Customers of whom half are answered by the canary. */
export const canaryRows = 600;

async function live(teller: Teller, deal: Deal, control: boolean): Promise<Facts> {
  heading(teller, 'Calm traffic');
  await traffic(teller, 'calm traffic', deal.calm);
  const calm = await look(teller, 'monitor: calm', 0);
  heading(teller, control ? 'More of the same traffic' : 'The fiber-optic line is launched');
  await traffic(teller, 'launch', deal.launch);
  const launch = await look(teller, control ? 'monitor: still calm' : 'monitor: alarm', control ? 0 : 5);
  if (control) heard(teller, 'no alert', 'no alert', (said) => said === 'no alert');
  else heard(teller, 'an alert arrives', 'an alert of drift', (said) => said.includes('drift new'));
  heading(teller, control ? 'Retraining finds nothing to do' : 'Retraining, while customers keep coming');
  const retraining = await retrain(teller, deal.launch, control ? 'no-trigger' : 'promoted-and-deployed');
  const first = control ? [] : deal.after.slice(0, canaryRows);
  if (!control) await canary(teller, first);
  heading(teller, control ? 'The last of the traffic' : 'The traffic after the promotion');
  await traffic(teller, 'after', deal.after.slice(first.length));
  if (!control) await acceptLevel(teller);
  const after = await look(teller, 'monitor: calm again', 0);
  if (!control)
    heard(teller, 'the alert is over', 'that the drift is over', (said) => said.includes('drift over'));
  await type(teller, 'status', ['status'], 0);
  if (teller.place.target === 'container' && !control) await rollBack(teller, deal.after);
  return { monitor: { calm, launch, after }, retraining };
}

/** Tells the story of the closed loop on real rows, through the real command line. Nothing is scripted to succeed. */
export async function tellStory(options: {
  readonly seed: number;
  readonly control: boolean;
  readonly place?: Place;
  readonly print: (text: string) => void;
  readonly signal?: AbortSignal;
}): Promise<Story> {
  const { seed, control, print, signal = new AbortController().signal } = options;
  const place = options.place ?? { target: 'local', variables: {} };
  const deal = dealOut(await readFixture(), seed, control);
  const kind = `${control ? 'control' : 'story'}${place.target === 'container' ? '-container' : ''}`;
  const folder = await createProject(`${kind}-${seed}`, deal.company, place.target);
  const port = String(await freePort());
  let facts: Facts = { monitor: { calm: null, launch: null, after: null }, retraining: null };
  const told = await tell({ folder, place, port, print, signal }, async (teller) => {
    await build(teller, port);
    facts = await live(teller, deal, control);
  });
  const base = { ...told, seed, control, ...facts };
  const { text, page } = summarise(base);
  return { ...base, report: await writePage(folder, page), summary: text };
}
