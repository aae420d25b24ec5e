import { figure, words } from '../../../reporting/figures.ts';
import { ActionForm } from '../../components/forms.tsx';
import { Facts, Long, Mark, Short, Warnings, When } from '../../components/pieces.tsx';
import type { Child, Markup } from '../../markup.ts';
import type { Asked, Page } from '../../page.ts';
import type { LineageFacts } from './facts.ts';
import { Graph } from './graph.tsx';

const shown = 12;

interface NodeProps {
  /** Where the drawing leads. */
  readonly id: string;
  readonly kind: string;
  readonly title: Child;
  readonly known: boolean;
  readonly open?: boolean;
  readonly children?: Child;
}

/** One thing on the way; it opens. */
const Node = ({ id, kind, title, known, open, children }: NodeProps): Markup => (
  <li id={id} class={known ? 'node' : 'node gone'}>
    <details open={open === true}>
      <summary>
        <span class="kind">{kind}</span> <span class="name">{title}</span>
      </summary>
      <div class="inside">{children}</div>
    </details>
  </li>
);

const list = (values: readonly string[]): Markup => (
  <ul class="plain">
    {values.slice(0, shown).map((value) => (
      <li>
        <Long text={value} most={60} />
      </li>
    ))}
    {values.length > shown && <li class="muted">and {figure(values.length - shown)} more</li>}
  </ul>
);

const gone = <p class="muted">Not on record.</p>;

function Source({ source }: Pick<LineageFacts, 'source'>): Markup {
  const files = source?.files ?? [];
  return (
    <Node
      id="source"
      kind="source"
      title={files.length === 0 ? 'rows' : <Long text={files[0] ?? ''} most={40} />}
      known={source !== null}
    >
      {source === null ? (
        gone
      ) : (
        <>
          {list(files)}
          <dl class="parts">
            {source.parts.slice(0, shown).map(([name, value]) => (
              <div>
                <dt>{name}</dt>
                <dd>
                  <Long text={value} most={60} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Node>
  );
}

const Snapshot = ({ snapshot }: Pick<LineageFacts, 'snapshot'>): Markup => (
  <Node
    id="snapshot"
    kind="snapshot"
    title={snapshot === null ? 'unknown' : `${figure(snapshot.rows)} rows`}
    known={snapshot !== null}
  >
    {snapshot === null ? (
      gone
    ) : (
      <Facts
        of={[
          ['Digest', <Short id={snapshot.digest} />],
          ['Columns', list(snapshot.columns)],
          ['Rejected', figure(snapshot.quarantined)],
        ]}
      />
    )}
  </Node>
);

const Checks = ({ checks }: Pick<LineageFacts, 'checks'>): Markup => (
  <Node
    id="validation"
    kind="validation"
    title={
      checks === null
        ? 'unknown'
        : checks.errors + checks.warnings === 0
          ? 'nothing found'
          : `${checks.errors} errors, ${checks.warnings} warnings`
    }
    known={checks !== null}
  >
    {checks === null ? (
      gone
    ) : checks.first.length === 0 ? (
      <p>Nothing is wrong with it.</p>
    ) : (
      list(checks.first)
    )}
  </Node>
);

const Features = ({ features }: Pick<LineageFacts, 'features'>): Markup => (
  <Node
    id="features"
    kind="feature set"
    title={features === null ? 'unknown' : `${figure(features.inputs.length)} columns`}
    known={features !== null}
  >
    {features === null ? (
      gone
    ) : (
      <Facts
        of={[
          ['Digest', <Short id={features.digest} />],
          [
            'Rows',
            `${figure(features.train)} train, ${figure(features.validation)} validation, ${figure(features.test)} test`,
          ],
          ['Columns that it reads', list(features.inputs)],
        ]}
      />
    )}
  </Node>
);

function Model({ model, run }: Pick<LineageFacts, 'model' | 'run'>): Markup {
  return (
    <Node
      id="model"
      kind="model"
      title={model === null ? 'unknown' : model.family}
      known={model !== null}
      open
    >
      {model === null ? (
        gone
      ) : (
        <>
          <p>
            <Mark tone={model.passed ? 'good' : 'bad'}>{model.passed ? 'gates passed' : 'gates failed'}</Mark>{' '}
            {model.sentence}
          </p>
          <Facts
            of={[
              [words(model.metric), `${figure(model.value)} (${figure(model.low)} to ${figure(model.high)})`],
              ['Parameters', model.parameters === null ? null : figure(model.parameters)],
              ['Why this family', model.because === '' ? null : model.because],
            ]}
          />
        </>
      )}
      {run !== null && <a href={`/runs/${run.id}`}>Its whole evaluation</a>}
    </Node>
  );
}

function Bundle({ facts }: { readonly facts: LineageFacts }): Markup {
  const { name, version, bundle, files, aliases } = facts;
  return (
    <Node id="bundle" kind="bundle" title={version === null ? name : `${name}@${version}`} known open>
      <Facts
        of={[
          ['Digest', <Short id={bundle} />],
          ['Aliases', aliases.length === 0 ? null : aliases.join(', ')],
          ['Files', list(files.map(({ path, bytes }) => `${path} (${figure(bytes / 1000)} kB)`))],
        ]}
      />
    </Node>
  );
}

function Served({ served }: Pick<LineageFacts, 'served'>): Markup {
  const now = served.find(({ until }) => until === null);
  return (
    <Node
      id="service"
      kind="service"
      title={
        now !== undefined ? `${now.deployment}, now` : served.length === 0 ? 'never deployed' : 'no more'
      }
      known={served.length > 0}
      open={now !== undefined}
    >
      {served.length === 0 ? (
        <p class="muted">Nobody was answered by it.</p>
      ) : (
        <ul class="plain">
          {served.slice(0, shown).map(({ deployment, from, until, why }) => (
            <li>
              {deployment}: <When at={from} /> to {until === null ? 'now' : <When at={until} />}
              <div class="muted">
                <Long text={why} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Node>
  );
}

const Retrained = ({ name, retrained }: Pick<LineageFacts, 'name' | 'retrained'>): Markup | null =>
  retrained === null ? null : (
    <Node id="log" kind="prediction log" title={retrained.window ?? 'rows with labels'} known open>
      <Facts
        of={[
          [
            'Decided',
            <a href={`/decisions/${encodeURIComponent(name)}/${retrained.run}`}>{retrained.because}</a>,
          ],
          ['Rows that taught it', retrained.rows === null ? null : figure(retrained.rows)],
          [
            'Of the log',
            retrained.logged === null
              ? null
              : `${figure(retrained.logged.recent)} recent, ${figure(retrained.logged.older)} older`,
          ],
          ...retrained.labels.map(([fate, count]) => [`Labels: ${fate}`, figure(count)] as const),
          [
            'In place of',
            retrained.champion === null ? null : (
              <a href={`/lineage/${retrained.champion.bundle}`}>
                {retrained.champion.version === null
                  ? 'the champion'
                  : `${name}@${retrained.champion.version}`}
              </a>
            ),
          ],
        ]}
      />
    </Node>
  );

const Images = ({ images }: Pick<LineageFacts, 'images'>): Markup | null =>
  images.length === 0 ? null : (
    <Node id="image" kind="image" title={<Long text={images[0]?.reference ?? ''} most={40} />} known>
      {images.slice(0, shown).map(({ image, base, variant, platform, at, pushed }) => (
        <Facts
          of={[
            ['Digest', <Short id={image} length={19} />],
            ['Base', <Long text={base} most={60} />],
            ['What', `${variant}, ${platform}`],
            ['Made', <When at={at} />],
            ['Pushed to', pushed === null ? null : <Long text={pushed} most={60} />],
          ]}
        />
      ))}
    </Node>
  );

function Commit({ run }: Pick<LineageFacts, 'run'>): Markup {
  return (
    <Node
      id="run"
      kind="run"
      title={run === null ? 'unknown' : `${run.command} ${run.id.slice(-8)}`}
      known={run !== null}
    >
      {run === null ? (
        gone
      ) : (
        <Facts
          of={[
            ['When', <When at={run.at} />],
            [
              'Commit',
              run.commit === null
                ? 'no git'
                : `${run.commit.slice(0, 12)}${run.dirty ? ' with changes' : ''}`,
            ],
            ['All of it', <a href={`/runs/${run.id}`}>the run</a>],
          ]}
        />
      )}
    </Node>
  );
}

function aliasForm({ name, version }: LineageFacts, asked: Asked): Markup | null {
  if (version === null) return null;
  return (
    <ActionForm
      asked={asked}
      action="alias"
      opens={`Give ${name}@${version} an alias …`}
      does="Set the alias"
      hidden={{ bundle: `${name}@${version}` }}
    >
      <label>
        <span>Alias</span>
        <input name="alias" required maxlength={40} pattern="[a-z][a-z0-9\-]*" placeholder="candidate" />
      </label>
      <label class="grow">
        <span>Why</span>
        <input name="why" required maxlength={500} />
      </label>
    </ActionForm>
  );
}

/** From source rows to service: each thing on the way opens. */
export const lineagePage: Page<LineageFacts> = {
  path: '/lineage/:bundle',
  title: ({ name, version }) => `Where ${version === null ? name : `${name}@${version}`} comes from`,
  body: (facts, asked) => (
    <>
      <Warnings of={facts.unknown === null ? [] : [facts.unknown]} />
      <Graph facts={facts} />
      <ol class="lineage">
        <Source source={facts.source} />
        <Snapshot snapshot={facts.snapshot} />
        {facts.retrained === null && <Checks checks={facts.checks} />}
        {facts.retrained === null && <Features features={facts.features} />}
        <Retrained name={facts.name} retrained={facts.retrained} />
        <Commit run={facts.run} />
        <Model model={facts.model} run={facts.run} />
        <Bundle facts={facts} />
        <Images images={facts.images} />
        <Served served={facts.served} />
      </ol>
      {aliasForm(facts, asked)}
    </>
  ),
};
