import { aliasKind } from '../../tracking/aliases.ts';
import { sampled } from '../sample.ts';
import { aliasView } from './view.ts';

const move = aliasKind.sample;
const now = { alias: move.alias, version: 3, since: move.at, who: move.who, why: move.why };

/** Outcomes of `alias`, for the suite over all verbs. */
export const samples = sampled(
  aliasView,
  {
    decision: 'set',
    result: {
      name: 'churn',
      action: 'set',
      moved: { alias: 'staging', from: 2, to: 3 },
      champion: 2,
      aliases: [now],
      history: [move],
    },
  },
  {
    decision: 'listed',
    result: { name: 'churn', action: 'listed', moved: null, champion: null, aliases: [], history: [] },
  },
);
