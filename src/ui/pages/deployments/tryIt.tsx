import { figure } from '../../../reporting/figures.ts';
import { formatPercent } from '../../../statistics/figures.ts';
import { Card, Facts, Long, Short, Warnings, When } from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Page } from '../../page.ts';

/** A field of the form, made of a column of the row schema. */
export interface TryField {
  readonly name: string;
  readonly kind: 'number' | 'text' | 'choice';
  readonly required: boolean;
  /** Words that were seen; others may be written. */
  readonly choices: readonly string[];
  readonly hint: string;
  readonly value: string;
  /** Of a person: what is written here stands in no list, but in the address of this page. */
  readonly personal: boolean;
}

/** What a model said of one row, and why. */
export interface Said {
  readonly prediction: string;
  readonly probabilities: readonly (readonly [name: string, share: number])[];
  readonly interval: readonly [low: number, high: number] | null;
  /** The columns that moved it, the most first; null: the model cannot say why. */
  readonly why: {
    readonly scale: string;
    readonly of: string | null;
    readonly base: number;
    readonly contributions: readonly (readonly [column: string, value: number])[];
    readonly margin: number;
  } | null;
}

const shownColumns = 20;

/** An answer with what each column did to it. */
export function SaidCard({ said }: { readonly said: Said }): Markup {
  const { prediction, probabilities, interval, why } = said;
  const most = Math.max(0, ...(why?.contributions ?? []).map(([, value]) => Math.abs(value)));
  return (
    <Card title="The answer">
      <p class="told">
        <b>
          <Long text={prediction} />
        </b>
      </p>
      <Facts
        of={[
          ...probabilities.map(([name, share]) => [`Probability of ${name}`, formatPercent(share)] as const),
          [
            'Its interval',
            interval === null ? null : `${figure(interval[0])} to ${figure(interval[1])}`,
          ] as const,
        ]}
      />
      {why !== null && (
        <>
          <p class="note">
            {`What each column moved, in ${why.scale}${why.of === null ? '' : ` of ${why.of}`}: from ${figure(why.base)} (no row in particular) to ${figure(why.margin)}.`}
          </p>
          <Table
            label="Contributions"
            columns={[{ title: 'column' }, { title: 'moved by', numeric: true }, { title: '' }]}
            rows={why.contributions.slice(0, shownColumns).map(([column, value]) => ({
              key: column,
              cells: [
                <Long text={column} most={60} />,
                `${value > 0 ? '+' : ''}${figure(value)}`,
                <meter
                  min={0}
                  max={most === 0 ? 1 : most}
                  value={Math.abs(value)}
                  aria-label={`${column} ${value < 0 ? 'lowers' : 'raises'} it`}
                />,
              ],
            }))}
          />
        </>
      )}
    </Card>
  );
}

/** What the try-it form shows. */
export interface TryFacts {
  readonly name: string;
  readonly version: number | null;
  readonly bundle: string;
  readonly fields: readonly TryField[];
  readonly said: Said | null;
  /** What is wrong with what was written, field by field. */
  readonly issues: readonly string[];
}

function Field({ field }: { readonly field: TryField }): Markup {
  const { name, kind, required, choices, hint, value } = field;
  const list = choices.length > 0 ? `words-${name}` : undefined;
  return (
    <label>
      <span>
        {name}
        {required ? '' : ' (may be empty)'}
        {hint === '' ? '' : ` · ${hint}`}
      </span>
      <input
        name={`f.${name}`}
        value={value}
        list={list}
        inputmode={kind === 'number' ? 'decimal' : undefined}
      />
      {list !== undefined && (
        <datalist id={list}>
          {choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </label>
  );
}

/** A form made of the row schema: the bundle that serves answers here, and the service hears nothing of it. */
export const tryPage: Page<TryFacts> = {
  path: '/try/:name',
  title: ({ name, version }) => `Try ${version === null ? name : `${name}@${version}`}`,
  body: ({ name, bundle, fields, said, issues }) => (
    <>
      <p>
        <a href={`/deployments?pipeline=${encodeURIComponent(name)}`}>What serves</a> · bundle{' '}
        <Short id={bundle} />
      </p>
      <Warnings of={issues} />
      {said !== null && <SaidCard said={said} />}
      <Card title="A row to try">
        <p class="note">
          The very bundle that serves answers here, beside the service: nothing of this is sent to it, and it
          is a test that stands in no log, in no monitoring and in no retraining.
        </p>
        <form class="ask" method="get" action={`/try/${encodeURIComponent(name)}`}>
          {fields.map((field) => (
            <Field key={field.name} field={field} />
          ))}
          <button>Ask</button>
        </form>
      </Card>
    </>
  ),
};

/** What the page of one answer shows. */
export interface AnswerFacts {
  readonly name: string;
  readonly id: string;
  readonly at: number;
  readonly version: number | null;
  readonly inputs: readonly (readonly [column: string, value: string])[];
  /** Said again by the bundle that answered. */
  readonly said: Said;
}

/** One answer of the log, with what each column did to it. */
export const answerPage: Page<AnswerFacts> = {
  path: '/deployments/:name/:id',
  title: ({ name }) => `An answer of ${name}`,
  body: ({ name, id, at, version, inputs, said }) => (
    <>
      <p>
        <a href={`/deployments?pipeline=${encodeURIComponent(name)}`}>The newest answers</a> ·{' '}
        <When at={at} /> · {version === null ? name : `${name}@${version}`} · <Short id={id} length={30} />
      </p>
      <SaidCard said={said} />
      <Card title="What was asked">
        <Table
          label="Inputs"
          columns={[{ title: 'column' }, { title: 'value' }]}
          rows={inputs.map(([column, value]) => ({
            key: column,
            cells: [<Long text={column} most={60} />, <Long text={value} />],
          }))}
        />
      </Card>
    </>
  ),
};
