import type { RejectedAlike } from '../data/quarantine.ts';
import type { Snapshot } from '../data/snapshot.ts';
import { formatCount, formatPercent } from '../statistics/figures.ts';
import type { ColumnSummary } from '../validation/columnSummary.ts';
import type { Association } from '../validation/association.ts';
import type { Finding } from '../validation/finding.ts';
import type { Profile } from '../validation/profile.ts';
import { figure } from './figures.ts';
import { markup, type Html } from './html.ts';
import { keyFigures, mark, page, section, table, verdict, type PlacedPage, type Tone } from './page.ts';
import { columnCharts, columnsTable } from './validationColumns.ts';

/** What the page of a validation tells. */
export interface ValidationPage {
  readonly name: string;
  readonly label: string;
  readonly profile: Profile;
  /** Each column in one line. */
  readonly columns: readonly ColumnSummary[];
  /** Of the snapshot before, where there was one. */
  readonly before: Profile | null;
  readonly comparedWith: string | null;
  readonly findings: readonly Finding[];
  readonly association: Association | null;
  /** Records that could not become rows, by column and reason. */
  readonly rejected: readonly RejectedAlike[];
  readonly snapshot: Pick<
    Snapshot,
    'digest' | 'rows' | 'quarantined' | 'files' | 'unknownColumns' | 'source' | 'parent' | 'schemaDigest'
  >;
  /** Told after each chart how many there are: a page of many takes its time. */
  readonly drawn?: (charts: number) => void;
}

/** So much of what may be long is shown: a page stays below a megabyte, whatever the data. */
const maxFindings = 100;
const maxReasons = 30;
const maxFiles = 50;
const longest = 200;
const severityTone = { error: 'bad', warning: 'wait', info: 'plain' } as const;

const shortly = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

function sentenceOf({ findings, snapshot }: ValidationPage): readonly [Tone, string] {
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.filter((finding) => finding.severity === 'warning').length;
  const rows = formatCount(snapshot.rows, 'row');
  if (errors > 0)
    return ['bad', `The data cannot be used as it is: ${formatCount(errors, 'error')} in ${rows}.`];
  if (warnings > 0)
    return [
      'wait',
      `The data can be used; ${formatCount(warnings, 'warning')} in ${rows} ${warnings === 1 ? 'is' : 'are'} worth a look.`,
    ];
  return ['good', `The data is as the schema says: nothing found in ${rows}.`];
}

/** A row id of which the beginning is enough to find it. */
const shortId = (rowId: string): string =>
  /^[0-9a-f]{32}$/.test(rowId) ? `${rowId.slice(0, 12)}…` : shortly(rowId);

/** One under the other, so that a phone shows them whole. */
function findingsList(findings: readonly Finding[]): Html {
  const rank = { error: 0, warning: 1, info: 2 } as const;
  const sorted = [...findings].sort((left, right) => rank[left.severity] - rank[right.severity]);
  const more = sorted.length - maxFindings;
  return markup`<div>
    ${sorted.slice(0, maxFindings).map(({ severity, message, check, count, examples, fix, line }) => {
      const shown = examples
        .slice(0, 3)
        .map(
          ({ rowId, value }) =>
            markup`<li>${value === '' ? '(empty)' : shortly(value)} <span class="muted">row ${shortId(rowId)}</span></li>`,
        );
      return markup`<div class="finding">
        <p>${mark(severityTone[severity], severity)} <b>${shortly(message)}</b></p>
        <p class="note">${check.replaceAll('-', ' ')}, ${formatCount(count, 'row')}</p>
        ${shown.length > 0 && markup`<ul class="note">${shown}</ul>`}
        <p>${line === undefined ? shortly(fix) : shortly(fix.replace(line, '').replace(/:\s*(, with.*)?$/, ':'))}</p>
        ${line !== undefined && markup`<pre>${line}</pre>`}
      </div>`;
    })}
    ${more > 0 && markup`<p class="note">${formatCount(more, 'more finding')}: see --json.</p>`}
  </div>`;
}

/** Findings that need a look first; what is for information can be opened. */
function findingsSections(findings: readonly Finding[]): readonly (Html | false)[] {
  const urgent = findings.filter(({ severity }) => severity !== 'info');
  const others = findings.filter(({ severity }) => severity === 'info');
  return [
    urgent.length > 0 && section('What is wrong, or may be', findingsList(urgent)),
    others.length > 0 && section('Good to know', findingsList(others)),
  ];
}

function rejectedSection({ rejected, snapshot }: ValidationPage): Html | false {
  if (rejected.length === 0) return false;
  const records = snapshot.rows + snapshot.quarantined;
  const more = rejected.length - maxReasons;
  const named = rejected.some(({ examples }) => examples.length > 0);
  return section(
    'Records that could not become rows',
    `${figure(snapshot.quarantined)} of ${formatCount(records, 'record')} (${formatPercent(snapshot.quarantined / Math.max(1, records))}). \`aieng rejects\` lists them all.`,
    table(
      [
        { title: 'column' },
        { title: 'reason' },
        { title: 'records', numeric: true },
        ...(named ? [{ title: 'for example' }] : []),
      ],
      rejected
        .slice(0, maxReasons)
        .map(({ column, reason, count, examples }) => [
          column ?? '',
          shortly(reason),
          figure(count),
          ...(named
            ? [
                markup`${examples.map(({ file, line, raw }) => markup`<div><code>${shortly(raw)}</code> <span class="muted">${file}:${line}</span></div>`)}`,
              ]
            : []),
        ]),
    ),
    more > 0 && `${formatCount(more, 'more reason')}.`,
  );
}

/** A share of what is between chance and certain, as one of five shades. */
const shade = (strength: number): string => `heat${Math.max(0, Math.min(4, Math.round(strength * 4)))}`;

function heatTable(
  titles: readonly [string, string],
  rows: readonly (readonly [string, string, number])[],
): Html {
  return markup`<div class="scroll" tabindex="0"><table class="alone">
    <thead><tr><th scope="col">${titles[0]}</th><th scope="col" class="n">${titles[1]}</th></tr></thead>
    <tbody>${rows.map(([name, text, strength]) => markup`<tr><th scope="row">${name}</th><td class="n ${shade(strength)}">${text}</td></tr>`)}</tbody>
  </table></div>`;
}

/** `.75`, `−.4`, `1`: two digits are what a shade tells. */
const short = (value: number): string => {
  const text = Math.abs(value)
    .toFixed(2)
    .replace(/^0/, '')
    .replace(/\.?0+$/, '');
  return text === '' ? '0' : `${value < 0 ? '−' : ''}${text}`;
};

/** Numbers with each other: a square of shades, its columns numbered as its rows. */
function correlationMap({ names, correlations }: NonNullable<Association['matrix']>): Html {
  const cell = (value: number, own: boolean): Html => {
    const strength = own ? 0 : Math.max(0, Math.min(4, Math.round(Math.abs(value) * 4)));
    return markup`<td class="n ${value < 0 ? 'cold' : 'heat'}${strength}">${own ? '' : short(value)}</td>`;
  };
  return markup`<h3>How the ${String(names.length)} that tell most go together</h3><div class="scroll" tabindex="0"><table class="map" aria-label="correlations of ${String(names.length)} numbers">
    <thead><tr><th scope="col">column</th>${names.map((_, at) => markup`<th scope="col" class="n">${String(at + 1)}</th>`)}</tr></thead>
    <tbody>${names.map((name, row) => markup`<tr><th scope="row">${String(row + 1)} ${shortly(name)}</th>${correlations[row]!.map((value, at) => cell(value, at === row))}</tr>`)}</tbody>
  </table></div>`;
}

function associationSection({ association, label }: ValidationPage): Html | false {
  if (association === null) return false;
  const { measure, columns, pairs, rows, matrix } = association;
  const said = measure === 'auc' ? 'area under the ROC curve' : 'R² of ranks';
  const strength = (score: number): number => (measure === 'auc' ? 2 * score - 1 : score);
  return section(
    'What goes with what',
    columns.length > 0 &&
      markup`<h3>What tells ${label}, each column alone</h3>${heatTable(
        ['column', said],
        columns.map(({ name, score }) => [name, figure(score), strength(score)]),
      )}`,
    matrix !== undefined && correlationMap(matrix),
    pairs.length > 0 &&
      markup`<h3>Numbers that go together</h3>${heatTable(
        ['columns', 'correlation'],
        pairs.map(({ left, right, correlation }) => [
          `${left}, ${right}`,
          figure(correlation),
          Math.abs(correlation),
        ]),
      )}`,
    `From ${formatCount(rows, 'row')} with a label, on rows that were not looked at. What tells nearly all may be known only afterwards.`,
  );
}

/** How a file was taken to be written: what it is made of in the words of the pipeline's keys. */
function recognisedSection({ snapshot: { source } }: ValidationPage): Html | false {
  if (source === undefined) return false;
  const { dialect, records, bytes, unreadable } = source;
  const shown = (value: unknown): string =>
    value === '\t' ? 'tab' : typeof value === 'string' ? value : JSON.stringify(value);
  const facts = Object.entries(dialect).flatMap(([key, value]) =>
    value === null || value === ''
      ? []
      : [[key.replaceAll(/([A-Z])/g, ' $1').toLowerCase(), shortly(shown(value))]],
  );
  return section(
    'How the source was read',
    table(
      [{ title: 'what' }, { title: 'as' }],
      [
        ['records', figure(records)],
        ['bytes', figure(bytes)],
        ...facts,
        ...unreadable.map(({ name, reason }) => [`${name} was left out`, reason]),
      ],
    ),
  );
}

function lineageSection({ snapshot, comparedWith }: ValidationPage): Html {
  const { source, files, parent } = snapshot;
  const more = files.length - maxFiles;
  return section(
    'Where it comes from',
    table(
      [{ title: 'what' }, { title: 'which' }],
      [
        ...files.slice(0, maxFiles).map((file) => ['file', file]),
        ...(source === undefined
          ? []
          : [['bytes that were read (sha256)', markup`<code>${source.digest}</code>`]]),
        ...(source?.version === undefined ? [] : [['version of the source', source.version]]),
        ['row schema', markup`<code>${snapshot.schemaDigest}</code>`],
        ['snapshot', markup`<code>${snapshot.digest}</code>`],
        ...(parent === undefined ? [] : [['derived from', markup`<code>${parent}</code>`]]),
        ...(comparedWith === null ? [] : [['compared with', markup`<code>${comparedWith}</code>`]]),
      ],
    ),
    more > 0 && `${formatCount(more, 'more file')}.`,
  );
}

function snapshotSection({ snapshot, profile, before }: ValidationPage): Html {
  const { unknownColumns } = snapshot;
  return section(
    'The snapshot',
    keyFigures([
      ['rows', figure(snapshot.rows)],
      ...(before === null ? [] : [['rows before', figure(before.rows)] as const]),
      ['columns', figure(profile.columns.length)],
      ['quarantined', figure(snapshot.quarantined)],
    ]),
    unknownColumns.length > 0 &&
      markup`<p class="note">
        Columns that the schema does not know: ${shortly(unknownColumns.map(({ name }) => name).join(', '))}.
      </p>`,
  );
}

/** The same without the rows that it names: what may be kept. */
const withoutRows = (facts: ValidationPage): ValidationPage => ({
  ...facts,
  findings: facts.findings.map((finding) => ({ ...finding, examples: [] })),
  rejected: facts.rejected.map((each) => ({ ...each, examples: [] })),
});

/** A page that names rows, which must be able to go, and the same without them, which may be kept. */
export interface ValidationPages {
  readonly newest: PlacedPage;
  readonly kept: PlacedPage;
}

/** What the data looks like and what is wrong with it: what needs a look stands first. */
export function validationPage(facts: ValidationPage): ValidationPages {
  const { name, profile, before, findings, snapshot } = facts;
  const grave = new Set(findings.filter(({ severity }) => severity !== 'info').map(({ check }) => check));
  const found = new Set(
    facts.columns
      .filter(({ noticed }) => noticed.some((check) => grave.has(check)))
      .map((column) => column.name),
  );
  const columns =
    profile.columns.length > 0 &&
    section('Columns', columnCharts(profile, before, found, facts.columns, facts.drawn));
  const placed = (told: ValidationPage): PlacedPage => {
    const [tone, sentence] = sentenceOf(told);
    const parts: (Html | false)[] = [
      verdict(tone, sentence),
      ...findingsSections(told.findings),
      rejectedSection(told),
      snapshotSection(told),
      columns,
      section('Columns in figures', columnsTable(told.columns, before)),
      associationSection(told),
      recognisedSection(told),
      lineageSection(told),
    ];
    const body = parts.filter((part) => part !== false);
    const about = `${shortly(snapshot.files.join(', '))} · snapshot ${snapshot.digest.slice(0, 12)}`;
    return (links) => page({ title: `Data of ${name}`, about, body, links });
  };
  return { newest: placed(facts), kept: placed(withoutRows(facts)) };
}
