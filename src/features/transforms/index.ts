import type { Transform } from '../transform.ts';
import { bucketize } from './bucketize.ts';
import { categories } from './categories.ts';
import { clip } from './clip.ts';
import { cyclic } from './times/cyclic.ts';
import { dateParts } from './times/date_parts.ts';
import { frequency } from './frequency.ts';
import { hashStrings } from './hash_strings.ts';
import { hashing } from './hashing.ts';
import { impute } from './impute.ts';
import { log1p } from './log1p.ts';
import { minMax } from './min_max.ts';
import { missingIndicator } from './missing_indicator.ts';
import { mostFilled } from './text/most_filled.ts';
import { ngrams } from './text/ngrams.ts';
import { oneHot } from './one_hot.ts';
import { ordinal } from './ordinal.ts';
import { piecewiseLinear } from './piecewise_linear.ts';
import { quantile } from './quantile.ts';
import { robust } from './robust.ts';
import { smoothClip } from './smooth_clip.ts';
import { standard } from './standard.ts';
import { targetMean } from './target_mean.ts';
import { textLength } from './text/text_length.ts';
import { tfidf } from './text/tfidf.ts';

/** Every transform. To add one: its file, and a line here; the conformance suite runs over this list. */
export const transforms: readonly Transform[] = [
  bucketize,
  categories,
  clip,
  cyclic,
  dateParts,
  frequency,
  hashStrings,
  hashing,
  impute,
  log1p,
  minMax,
  missingIndicator,
  mostFilled,
  ngrams,
  oneHot,
  ordinal,
  piecewiseLinear,
  quantile,
  robust,
  smoothClip,
  standard,
  targetMean,
  textLength,
  tfidf,
];
