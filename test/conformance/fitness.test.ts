import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openTestProject } from '../../src/cascade/testing.fixture.ts';
import { init } from '../../src/verbs/init/init.ts';
import { validate } from '../../src/verbs/validate/validate.ts';

/**
 * Public data sets through `init` and `validate` as a person would run them: no false alarm, and what is wrong with them
 * is said. A finding that stands below is true of its data; why, stands beside it.
 */

const home = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

interface KnownSet {
  /** Relative to the folder of shared data. */
  readonly path: string;
  readonly label: string;
  /** Names of the columns of a file that has no header. */
  readonly header?: string;
  /** All that is found: severity, check, column. */
  readonly findings: readonly string[];
}

const sets: readonly KnownSet[] = [
  {
    path: 'open/wa_churn.csv',
    label: 'churn',
    // Customers of the first month share all cells, and some of them leave.
    findings: ['info duplicate-rows ', 'info label-conflict churn'],
  },
  {
    path: 'open/mlc_churn.csv',
    label: 'churn',
    // Charges are minutes times a price.
    findings: [
      'info collinear total_day_charge',
      'info collinear total_eve_charge',
      'info collinear total_night_charge',
      'info collinear total_intl_charge',
    ],
  },
  {
    path: 'open/lending_club.csv',
    label: 'Class',
    // 0 in 99.4 % and 99.5 %.
    findings: ['info near-constant acc_now_delinq', 'info near-constant delinq_amnt'],
  },
  { path: 'open/attrition.csv', label: 'Attrition', findings: [] },
  { path: 'open/penguins.csv', label: 'species', findings: [] },
  {
    path: 'reference/bike-sharing/hour.csv',
    label: 'cnt',
    // casual + registered = cnt; of the row number, which init drops, nothing is asked. Two years of days: init splits by
    // them, so no warning of time is left.
    findings: ['warning leak-derived registered, casual'],
  },
  {
    path: 'reference/california-housing/cal_housing.data',
    label: 'median_house_value',
    header:
      'longitude,latitude,housing_median_age,total_rooms,total_bedrooms,population,households,median_income,median_house_value',
    findings: [],
  },
  {
    path: 'reference/adult/adult.data.gz',
    label: 'income',
    header:
      'age,workclass,fnlwgt,education,education_num,marital_status,occupation,relationship,race,sex,capital_gain,capital_loss,hours_per_week,native_country,income',
    // The census wrote 99999 where a gain was too large to be told; education_num numbers the words of education.
    findings: [
      'warning sentinel capital_gain',
      'info duplicate-rows ',
      'info label-conflict income',
      'info collinear education_num',
    ],
  },
  { path: 'reference/tfx-penguin/penguins_processed_labelled.csv', label: 'species', findings: [] },
  { path: 'reference/tfx-penguin/penguins_processed_skewed.csv', label: 'species', findings: [] },
  {
    path: 'reference/wine-quality/winequality-red.csv',
    label: 'quality',
    findings: ['info duplicate-rows '],
  },
  {
    path: 'reference/wine-quality/winequality-white.csv',
    label: 'quality',
    // Five wines of quality 9.
    findings: ['warning label-one-class quality', 'info duplicate-rows '],
  },
];

function textOf({ path, header }: KnownSet): string {
  const bytes = readFileSync(home + path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return header === undefined ? text : `${header}\n${text}`;
}

if (!existsSync(home)) console.log(`skipped: ${home} is not provided here`);
describe.skipIf(!existsSync(home))('public data sets', () => {
  it.each(sets)('$path, label $label', async (set) => {
    const { context } = await openTestProject({ 'data/rows.csv': textOf(set) });
    await init(context, { directory: '.', from: 'data/rows.csv', label: set.label });
    const { findings = [] } = await validate(context, { waitMs: 0 });
    expect(findings.map(({ severity, check, column }) => `${severity} ${check} ${column ?? ''}`)).toEqual(
      set.findings,
    );
  });
});
