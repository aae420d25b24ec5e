import { figure } from '../../../reporting/figures.ts';
import { ink } from '../../../reporting/style.ts';
import type { Markup } from '../../markup.ts';
import type { LineageFacts } from './facts.ts';

/** Something on the way from rows to answers. */
export interface GraphNode {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly known: boolean;
  /** Where it leads: its card below, or a page of its own. */
  readonly href: string;
  /** From the left. */
  readonly column: number;
  /** 0: on the way itself; 1: beside it. */
  readonly row: 0 | 1;
  /** Ids of what it is made of. */
  readonly of: readonly string[];
}

type Placed = Omit<GraphNode, 'column' | 'href'> & { readonly href?: string };

const versioned = (name: string, version: number | null): string =>
  version === null ? name : `${name}@${version}`;

const counted = (count: number, thing: string): string =>
  `${count === 0 ? 'no' : figure(count)} ${thing}${count === 1 ? '' : 's'}`;

function modelName({ model }: LineageFacts): string {
  if (model === null) return 'unknown';
  return model.value === null ? model.family : `${model.family}, ${figure(model.value)}`;
}

/** The stages that lie between the snapshot and the model. */
const stagesOf = ({ checks, features }: LineageFacts): readonly Placed[] => [
  {
    id: 'validation',
    kind: 'validation',
    name: checks === null ? 'unknown' : counted(checks.errors + checks.warnings, 'finding'),
    known: checks !== null,
    row: 0,
    of: ['snapshot'],
  },
  {
    id: 'features',
    kind: 'feature set',
    name: features === null ? 'unknown' : `${figure(features.inputs.length)} columns`,
    known: features !== null,
    row: 0,
    of: ['validation'],
  },
];

const logOf = ({ name, retrained }: LineageFacts): readonly Placed[] =>
  retrained === null
    ? []
    : [
        {
          id: 'log',
          kind: 'prediction log',
          name: retrained.window ?? 'rows with labels',
          known: true,
          href: `/decisions/${encodeURIComponent(name)}/${retrained.run}`,
          row: 1,
          of: [],
        },
      ];

/** What was made of the bundle. */
function afterBundle({ images, served }: LineageFacts): readonly Placed[] {
  const now = served.find(({ until }) => until === null);
  const image: readonly Placed[] = images.slice(0, 1).map(({ reference }) => ({
    id: 'image',
    kind: images.length === 1 ? 'image' : `${images.length} images`,
    name: reference,
    known: true,
    row: 1,
    of: ['bundle'],
  }));
  return [
    ...image,
    {
      id: 'service',
      kind: 'service',
      name: now !== undefined ? `${now.deployment}, now` : served.length === 0 ? 'never deployed' : 'no more',
      known: served.length > 0,
      ...(now === undefined ? {} : { href: `/deployments?pipeline=${encodeURIComponent(now.deployment)}` }),
      row: 0,
      of: ['bundle'],
    },
  ];
}

/** What a bundle was made of and what became of it: on the way from the left to the right, what is beside it below. */
export function graphOf(facts: LineageFacts): readonly GraphNode[] {
  const { source, snapshot, run, name, version, model, retrained } = facts;
  const before: readonly Placed[] = [
    {
      id: 'source',
      kind: 'source',
      name: source?.files[0] ?? 'unknown',
      known: source !== null,
      row: 0,
      of: [],
    },
    {
      id: 'snapshot',
      kind: 'snapshot',
      name: snapshot === null ? 'unknown' : `${figure(snapshot.rows)} rows`,
      known: snapshot !== null,
      row: 0,
      of: ['source', 'log'],
    },
    ...logOf(facts),
    ...(retrained === null ? stagesOf(facts) : []),
  ];
  const beside: readonly Placed[] =
    run === null
      ? []
      : [
          {
            id: 'run',
            kind: 'run',
            name: `${run.command} ${run.id.slice(-8)}`,
            known: true,
            href: `/runs/${encodeURIComponent(run.id)}`,
            row: 1,
            of: [],
          },
        ];
  const made: readonly Placed[] = [
    {
      id: 'model',
      kind: 'model',
      name: modelName(facts),
      known: model !== null,
      row: 0,
      of: [retrained === null ? 'features' : 'snapshot', 'run'],
    },
    { id: 'bundle', kind: 'bundle', name: versioned(name, version), known: true, row: 0, of: ['model'] },
  ];
  const all = [...before, ...beside, ...made, ...afterBundle(facts)];
  const along = all.filter(({ row }) => row === 0).map(({ id }) => id);
  const place = (id: string): number => along.indexOf(id);
  // What is beside the way stands before what it goes into, or after what it comes from.
  const columns: Readonly<Record<string, number>> = {
    log: place('source'),
    run: place('model') - 1,
    image: place('bundle') + 1,
  };
  return all.map((node) => ({
    ...node,
    href: node.href ?? `#${node.id}`,
    column: node.row === 0 ? place(node.id) : (columns[node.id] ?? 0),
  }));
}

const [wide, high, gap, below] = [140, 46, 22, 30] as const;
const longest = 15;

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
const leftOf = ({ column }: GraphNode): number => column * (wide + gap) + 2;
const topOf = ({ row }: GraphNode): number => row * (high + below) + 2;

function Edge({ from, to }: { readonly from: GraphNode; readonly to: GraphNode }): Markup {
  const [x, y] = [leftOf(from) + wide, topOf(from) + high / 2];
  const [toX, toY] = [leftOf(to), topOf(to) + high / 2];
  const bend = Math.max(gap / 2, (toX - x) / 2);
  const path = `M${x},${y}C${x + bend},${y} ${toX - bend},${toY} ${toX - 5},${toY}m-4,-4l5,4l-5,4`;
  return <path d={path} fill="none" stroke={ink.quiet} stroke-width="1.5" />;
}

function Box({ node }: { readonly node: GraphNode }): Markup {
  const [x, y] = [leftOf(node), topOf(node)];
  return (
    <a href={node.href}>
      <rect
        x={x}
        y={y}
        width={wide}
        height={high}
        rx="7"
        class="box"
        stroke={node.known ? ink.reference : ink.grid}
        stroke-dasharray={node.known ? undefined : '4 3'}
      />
      <text x={x + 10} y={y + 18} font-size="11" fill={ink.text}>
        {node.kind}
      </text>
      <text x={x + 10} y={y + 35} font-size="12" class="name">
        {cut(node.name)}
      </text>
    </a>
  );
}

/** The way as a drawing: each thing on it is a link. The cards below say the same in words. */
export function Graph({ facts }: { readonly facts: LineageFacts }): Markup {
  const nodes = graphOf(facts);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const width = Math.max(...nodes.map(leftOf)) + wide + 2;
  const height = Math.max(...nodes.map(topOf)) + high + 2;
  const way = nodes.filter(({ row }) => row === 0).map(({ kind, name }) => `${kind} ${name}`);
  return (
    <div class="scroll way" tabindex={0} role="region" aria-label="The way from rows to answers">
      <svg
        role="group"
        aria-label={`From left to right: ${way.join(', ')}`}
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
      >
        {nodes.flatMap((to) =>
          to.of.flatMap((id) => {
            const from = byId.get(id);
            return from === undefined ? [] : [<Edge from={from} to={to} />];
          }),
        )}
        {nodes.map((node) => (
          <Box node={node} />
        ))}
      </svg>
    </div>
  );
}
