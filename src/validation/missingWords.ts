import type { ColumnTally } from './columnTally.ts';
import { isPerhapsMissing } from './columnTally.ts';
import type { ColumnDecision } from './inference/decision.ts';
import { isNearly } from './inference/decision.ts';
import { oddWords } from './inference/facts.ts';

/** The missing words of one column, and why they are taken for that. */
export interface MissingWords {
  /** In code-unit order, without ''. */
  readonly words: readonly string[];
  /** Those of them that mean something by themselves, such as `n/k` between numbers. */
  readonly declared: readonly string[];
  /** Words that mostly mean "missing", and are answers of this column. */
  readonly answers: readonly string[];
}

/** As many different words between numbers are declared missing; more of them are faults of single rows. */
const mostDeclared = 20;
/** Different codes beside `NA`, of the same look, for it to be a code. */
const otherCodes = 4;
const otherCountries = 2;

const countries = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK ' +
    'CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS ' +
    'GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV ' +
    'LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN ' +
    'PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT ' +
    'TV TW TZ UA UG UK UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW EU EL'
  ).split(' '),
);
const states = new Set(
  'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY'.split(
    ' ',
  ),
);

/**
 * Is `NA` a code of the column (Namibia, North America)? All of its words are codes of two letters then: of countries, or
 * several that are not the states of the USA, none of which is so called.
 */
function isCode(word: string, { complete, words }: ColumnTally): boolean {
  if (!/^na$/i.test(word) || !complete || words.size === 0) return false;
  const look = word === 'NA' ? /^[A-Z]{2}$/ : /^[a-z]{2}$/;
  const others = [...words.keys()];
  if (!others.every((other) => look.test(other))) return false;
  const upper = others.map((other) => other.toUpperCase());
  if (upper.every((other) => countries.has(other))) return upper.length >= otherCountries;
  return upper.length >= otherCodes && !upper.every((other) => states.has(other));
}

/** The few odd words between numbers or times that come again: a way of saying something, and no fault of one row. */
function repeatedWords(
  tally: ColumnTally,
  decision: ColumnDecision,
  elsewhere: ReadonlySet<string>,
): readonly string[] {
  if (decision.kind === null || !isNearly(decision.fits, tally.present)) return [];
  const words = [...tally.words].filter(([word]) => !isPerhapsMissing(word));
  const odd = oddWords({ tally, words, decision });
  const repeated = odd.filter(([word, rows]) => rows > 1 || elsewhere.has(word));
  return odd.length > mostDeclared ? [] : repeated.map(([word]) => word);
}

/** Odd words of the columns that are nearly numbers or times, by how many columns have them: more than one. */
function oddElsewhere(
  columns: readonly { readonly tally: ColumnTally; readonly decision: ColumnDecision }[],
): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { tally, decision } of columns) {
    if (decision.kind === null || !isNearly(decision.fits, tally.present)) continue;
    for (const word of tally.strange.keys()) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return new Set([...counts].flatMap(([word, columns]) => (columns > 1 ? [word] : [])));
}

/**
 * Which texts of a column mean "missing". `NULL`, `?`, `#N/A` and the like always do; `NA` does but among codes of its
 * look. `None`, `-`, `unknown` do only where they are all that keeps a column from being numbers or times: in a column of
 * words they are answers. A few words that come again and again in less than 1 % of such a column are declared missing,
 * so that their rows can be used.
 */
export function findMissingWords(
  columns: readonly { readonly tally: ColumnTally; readonly decision: ColumnDecision }[],
): readonly MissingWords[] {
  const elsewhere = oddElsewhere(columns);
  return columns.map(({ tally, decision }) => {
    const certain = [...tally.missing.keys()].filter((word) => word !== '');
    const answers = decision.kind === null ? certain.filter((word) => isCode(word, tally)) : [];
    const declared = repeatedWords(tally, decision, elsewhere);
    const perhaps = decision.kind === null ? [] : [...tally.perhaps.keys()];
    const words = [...certain.filter((word) => !answers.includes(word)), ...perhaps, ...declared];
    return { words: [...new Set(words)].sort(), declared, answers };
  });
}
