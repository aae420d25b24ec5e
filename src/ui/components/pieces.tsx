import type { Child, Markup } from '../markup.ts';
import type { Html } from '../../reporting/html.ts';
import type { Tone } from '../../reporting/page.ts';
import { utcMinute } from '../../utc.ts';

/** A piece of a report or a chart, as it is: it was escaped where it was made. */
export const Piece = ({ html }: { readonly html: Html }): Markup => (
  <div class="piece" dangerouslySetInnerHTML={{ __html: html.text }} />
);

interface CardProps {
  readonly title?: string;
  /** Beside the title, at the right. */
  readonly aside?: Child;
  readonly children: Child;
}

/** A part of the page under its own heading. */
export const Card = ({ title, aside, children }: CardProps): Markup => (
  <section>
    {title !== undefined && (
      <div class="head">
        <h2>{title}</h2>
        {aside}
      </div>
    )}
    {children}
  </section>
);

const longestMark = 48;

/** A word with a colour; the word alone says it too. One that is no word but a text is cut. */
export const Mark = ({
  tone,
  children,
}: {
  readonly tone: Tone | 'plain';
  readonly children: string;
}): Markup => (
  <span class={`mark ${tone}`}>
    {children.length > longestMark ? `${children.slice(0, longestMark)}…` : children}
  </span>
);

/** A moment, in UTC; null where there was none. */
export const When = ({ at }: { readonly at: number | null | undefined }): Markup =>
  at === null || at === undefined ? <span>–</span> : <time datetime={utcMinute(at)}>{utcMinute(at)}</time>;

/** The first characters of a digest or of an id; all of them when it is hovered. */
export const Short = ({ id, length = 12 }: { readonly id: string; readonly length?: number }): Markup => (
  <code title={id}>{id.length > length ? `${id.slice(0, length)}…` : id}</code>
);

/** A cell of any length: long ones are cut, and open. */
export function Long({ text, most = 120 }: { readonly text: string; readonly most?: number }): Markup {
  if (text.length <= most) return <span>{text}</span>;
  return (
    <details class="long">
      <summary>{text.slice(0, most)}…</summary>
      <p>{text}</p>
    </details>
  );
}

/** What somebody else is being asked: the page asks again until it is there. */
export const Awaited = ({ children }: { readonly children: Child }): Markup => (
  <span data-awaited="">{children}</span>
);

/** Nothing is there yet: what would bring it. */
export const Empty = ({
  children,
  command,
}: {
  readonly children: Child;
  readonly command?: string;
}): Markup => (
  <div class="empty">
    <p>{children}</p>
    {command !== undefined && (
      <pre class="typed" tabindex={0} role="group" aria-label="Command">
        {command}
      </pre>
    )}
  </div>
);

/** The few figures that matter. */
export const Figures = ({
  of,
}: {
  readonly of: readonly (readonly [label: string, value: Child])[];
}): Markup => (
  <dl class="figures">
    {of.map(([label, value]) => (
      <div key={label}>
        <dt>{label}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

/** Facts in two columns; what is null is left out. */
export const Facts = ({
  of,
}: {
  readonly of: readonly (readonly [label: string, value: Child])[];
}): Markup => (
  <dl class="facts">
    {of.flatMap(([label, value]) =>
      value === null || value === undefined
        ? []
        : [
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>,
          ],
    )}
  </dl>
);

/** What the store holds that cannot be read, and what to do. */
export const Warnings = ({ of }: { readonly of: readonly string[] }): Markup | null =>
  of.length === 0 ? null : (
    <section class="verdict wait">
      <ul>
        {of.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </section>
  );
