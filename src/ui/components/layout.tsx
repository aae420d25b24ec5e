import type { Child, Markup } from '../markup.ts';
import type { Place } from '../page.ts';

/** What stands around every page. */
export interface Frame {
  /** The folder of the project, by name. */
  readonly project: string;
  readonly places: readonly Place[];
  /** Digest of style and script: a browser keeps them until they are other ones. */
  readonly assets: string;
  readonly write: boolean;
}

const isHere = (place: string, path: string): boolean =>
  place === '/' ? path === '/' : path === place || path.startsWith(`${place}/`);

function Bar({ frame, path }: { readonly frame: Frame; readonly path: string }): Markup {
  return (
    <header class="bar">
      <a class="brand" href="/">
        aieng <span>{frame.project}</span>
      </a>
      <nav aria-label="Pages">
        <ul>
          {frame.places.map((place) => (
            <li key={place.path}>
              <a href={place.path} aria-current={isHere(place.path, path) ? 'page' : undefined}>
                {place.label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <p class="mode">{frame.write ? 'Changes are allowed' : 'Read-only'}</p>
    </header>
  );
}

interface LayoutProps {
  readonly frame: Frame;
  readonly path: string;
  readonly title: string;
  readonly children: Child;
}

/** The frame of every page: where one is, where one can go, and the page. */
export function Layout({ frame, path, title, children }: LayoutProps): Markup {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{`${title} · ${frame.project} · aieng`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={`/assets/ui.css?${frame.assets}`} />
        <script src={`/assets/ui.js?${frame.assets}`} defer />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <Bar frame={frame} path={path} />
        <main id="content" tabindex={-1}>
          <h1>{title}</h1>
          <div id="live" data-live>
            {children}
          </div>
        </main>
      </body>
    </html>
  );
}
