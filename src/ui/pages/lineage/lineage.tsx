import { figure, words } from '../../../reporting/figures.ts';
import { ActionForm } from '../../components/forms.tsx';
import { Card, Empty, Facts, Long, Mark, Short, Warnings, When } from '../../components/pieces.tsx';
import type { Child, Markup } from '../../markup.ts';
import type { Asked, Page } from '../../page.ts';

/** Where a bundle comes from and where it went. What is not known is null. */
export interface LineageFacts {
  readonly name: string;
  readonly bundle: string;
  readonly version: number | null;
  readonly aliases: readonly string[];
  /** Why part of it is not known. */
  readonly unknown: string | null;
  readonly run: {
    readonly id: string;
    readonly command: string;
    readonly at: number;
    readonly commit: string | null;
    readonly dirty: boolean;
  } | null;
  readonly source: {
    readonly files: readonly string[];
    readonly parts: readonly (readonly [name: string, value: string])[];
  } | null;
  readonly snapshot: {
    readonly digest: string;
    readonly rows: number;
    readonly columns: readonly string[];
    readonly quarantined: number;
  } | null;
  readonly checks: {
    readonly errors: number;
    readonly warnings: number;
    readonly first: readonly string[];
  } | null;
  readonly features: {
    readonly digest: string;
    readonly inputs: readonly string[];
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  } | null;
  readonly model: {
    readonly family: string;
    readonly metric: string;
    readonly value: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly passed: boolean;
    readonly sentence: string;
    readonly parameters: number;
    readonly because: string;
  } | null;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly served: readonly {
    readonly deployment: string;
    readonly from: number;
    readonly until: number | null;
    readonly why: string;
  }[];
}

const shown = 12;

interface NodeProps {
  readonly kind: string;
  readonly title: Child;
  readonly known: boolean;
  readonly open?: boolean;
  readonly children?: Child;
}

/** One thing on the way; it opens. */
const Node = ({ kind, title, known, open, children }: NodeProps): Markup => (
  <li class={known ? 'node' : 'node gone'}>
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
    <Node kind="model" title={model === null ? 'unknown' : model.family} known={model !== null} open>
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
              ['Parameters', figure(model.parameters)],
              ['Why this family', model.because],
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
    <Node kind="bundle" title={version === null ? name : `${name}@${version}`} known open>
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

function Commit({ run }: Pick<LineageFacts, 'run'>): Markup {
  return (
    <Node
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
      <ol class="lineage">
        <Source source={facts.source} />
        <Snapshot snapshot={facts.snapshot} />
        <Checks checks={facts.checks} />
        <Features features={facts.features} />
        <Commit run={facts.run} />
        <Model model={facts.model} run={facts.run} />
        <Bundle facts={facts} />
        <Served served={facts.served} />
      </ol>
      {aliasForm(facts, asked)}
    </>
  ),
};

/** Every version, pipeline by pipeline. */
export interface VersionsFacts {
  readonly pipelines: readonly {
    readonly name: string;
    /** Newest first, at most so many. */
    readonly versions: readonly {
      readonly version: number;
      readonly digest: string;
      readonly aliases: readonly string[];
      readonly serves: boolean;
    }[];
    readonly more: number;
  }[];
}

/** The bundles there are, to choose from. */
export const versionsPage: Page<VersionsFacts> = {
  path: '/lineage',
  title: () => 'Lineage',
  body: ({ pipelines }) =>
    pipelines.length === 0 ? (
      <Card>
        <Empty command="aieng run">There is no bundle yet. The first is made by:</Empty>
      </Card>
    ) : (
      <>
        {pipelines.map(({ name, versions, more }) => (
          <Card title={name}>
            <ul class="versions">
              {versions.map(({ version, digest, aliases, serves }) => (
                <li>
                  <a href={`/lineage/${digest}`}>
                    {name}@{version}
                  </a>{' '}
                  <Short id={digest} /> {serves && <Mark tone="good">serves</Mark>}{' '}
                  {aliases.map((alias) => (
                    <Mark tone="plain">{alias}</Mark>
                  ))}
                </li>
              ))}
            </ul>
            {more > 0 && (
              <p class="note">
                {figure(more)} older versions: aieng runs {name}
              </p>
            )}
          </Card>
        ))}
      </>
    ),
};
