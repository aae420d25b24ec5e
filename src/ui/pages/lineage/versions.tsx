import { figure } from '../../../reporting/figures.ts';
import { Card, Empty, Mark, Short } from '../../components/pieces.tsx';
import type { Page } from '../../page.ts';

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
