import { figure } from '../../../reporting/figures.ts';
import { Awaited, Card, Empty, Figures, Warnings } from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Page } from '../../page.ts';

/** So many things of a kind. */
export interface Heap {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
}

/** What the store holds, and what of it nobody needs. */
export interface StoreSizes {
  readonly folder: string;
  /** By kind of thing. */
  readonly holds: readonly Heap[];
  /** Records by kind: what is known. */
  readonly records: readonly { readonly name: string; readonly count: number }[];
  /** Why objects stay. */
  readonly kept: readonly Heap[];
  /** What `gc` would take. */
  readonly goes: readonly Heap[];
  /** Days that the predictions of each pipeline are kept; null = for ever. */
  readonly logs: readonly {
    readonly pipeline: string;
    readonly days: number | null;
    readonly bytes: number;
  }[];
  readonly held: readonly string[];
}

export interface StoreFactsShown {
  /** Null: it is still measured. */
  readonly sizes: StoreSizes | null;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size in steps of a thousand: `4.8 kB`. */
export function size(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${figure(value)} ${units[unit] ?? ''}`;
}

const total = (heaps: readonly Heap[]): number => heaps.reduce((sum, { bytes }) => sum + bytes, 0);

const reasons: Readonly<Record<string, string>> = {
  current: 'what stages, deployments and the newest rejects point at',
  version: 'bundles that have a version',
  served: 'bundles that served, or answered something',
  parent: 'training rows of a bundle that is kept',
  record: 'folds, wishes and images',
  young: 'put less than 24 hours ago',
  held: 'something that cannot be read may refer to it',
};

function Heaps({
  label,
  heaps,
  most,
}: {
  readonly label: string;
  readonly heaps: readonly Heap[];
  readonly most: number;
}): Markup {
  return (
    <Table
      label={label}
      columns={[
        { title: 'what' },
        { title: 'count', numeric: true },
        { title: 'size', numeric: true },
        { title: '' },
      ]}
      rows={heaps.map(({ name, count, bytes }) => ({
        key: name,
        cells: [
          reasons[name] ?? name,
          figure(count),
          size(bytes),
          <meter min={0} max={Math.max(1, most)} value={bytes} aria-label={`${name}: ${size(bytes)}`} />,
        ],
      }))}
    />
  );
}

function Sizes({ sizes }: { readonly sizes: StoreSizes }): Markup {
  const { folder, holds, records, kept, goes, logs, held } = sizes;
  const all = total(holds);
  return (
    <>
      <Warnings
        of={
          held.length === 0
            ? []
            : [
                `Nothing would be removed while something cannot be read: ${held[0] ?? ''} Run \`aieng doctor --repair\`.`,
              ]
        }
      />
      <Card title="What it holds" aside={<code>{folder}</code>}>
        <Figures
          of={[
            ['in all', size(all)],
            ['nobody needs', size(total(goes))],
            ['records', figure(records.reduce((sum, { count }) => sum + count, 0))],
          ]}
        />
        <Heaps label="What the store holds" heaps={holds} most={all} />
      </Card>
      <Card title="What gc would take">
        {goes.every(({ count }) => count === 0) ? (
          <Empty>Nothing: everything is needed by something.</Empty>
        ) : (
          <>
            <Heaps
              label="What gc would take"
              heaps={goes.filter(({ count }) => count > 0)}
              most={total(goes)}
            />
            <Empty command="aieng gc --dry-run">See each of them first:</Empty>
          </>
        )}
      </Card>
      <Card title="Why the rest stays">
        <Heaps label="Why objects stay" heaps={kept} most={total(kept)} />
      </Card>
      <Card title="Prediction logs">
        {logs.length === 0 ? (
          <Empty command="aieng deploy">
            Nothing was predicted yet. A service writes down what it answers:
          </Empty>
        ) : (
          <Table
            label="Prediction logs"
            columns={[{ title: 'pipeline' }, { title: 'kept for' }, { title: 'size', numeric: true }]}
            rows={logs.map(({ pipeline, days, bytes }) => ({
              key: pipeline,
              cells: [pipeline, days === null ? 'ever' : `${figure(days)} days`, size(bytes)],
            }))}
          />
        )}
      </Card>
      <Card title="Records">
        <Table
          label="Records by kind"
          columns={[{ title: 'kind' }, { title: 'count', numeric: true }]}
          rows={records.map(({ name, count }) => ({ key: name, cells: [name, figure(count)] }))}
        />
      </Card>
    </>
  );
}

/** What the store holds, how long, and what `gc` would take. */
export const storePage: Page<StoreFactsShown> = {
  path: '/store',
  title: () => 'Store',
  body: ({ sizes }) =>
    sizes === null ? (
      <Card>
        <Empty>
          <Awaited>The store is being measured …</Awaited>
        </Empty>
      </Card>
    ) : (
      <Sizes sizes={sizes} />
    ),
};
