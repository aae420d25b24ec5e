import { sampled } from '../sample.ts';
import { doctorView } from './view.ts';

/** Outcomes of `doctor`, for the suite over all verbs. */
export const samples = sampled(
  doctorView,
  {
    result: {
      checks: [
        { name: 'node', state: 'ok', message: 'v20.1.0 on linux-x64, 2 cores', hint: null },
        { name: 'store', state: 'failed', message: '1 damaged', hint: 'Run it again.' },
      ],
      upgraded: null,
      repaired: [{ what: 'version churn@3', from: 'refs and records' }],
    },
  },
  {
    result: {
      checks: [{ name: 'store', state: 'ok', message: 'verified, 20.1 GB free', hint: null }],
      upgraded: { from: 1, to: 2, records: 19, refs: 11, versions: 2, wishes: 1, damaged: 0, left: [] },
      repaired: null,
    },
  },
  {
    exitCode: 8,
    result: {
      checks: [
        { name: 'store', state: 'failed', message: 'runs/run/1.json: it is not JSON', hint: 'Delete it.' },
      ],
      upgraded: {
        from: 1,
        to: 1,
        records: 18,
        refs: 0,
        versions: 0,
        wishes: 0,
        damaged: 1,
        left: [
          { what: 'deployment churn', problem: 'The cluster does not answer.', repair: 'Run it again.' },
        ],
      },
      repaired: [],
    },
  },
);
