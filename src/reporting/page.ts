import { sha256 } from '../digest.ts';
import type { Across } from './charts/size.ts';
import { markup, trusted, type Html } from './html.ts';
import { styleSheet } from './style.ts';

export type Tone = 'good' | 'bad' | 'wait';

/** What a page is made of. */
export interface PageParts {
  readonly title: string;
  /** Under the title: what, which, when. */
  readonly about: string;
  readonly body: readonly Html[];
  /** To pages beside this one: relative to its file, and what they are. */
  readonly links?: Links;
}

/** Where links lead, and what stands there. */
export type Links = readonly (readonly [href: string, text: string])[];

/** A page that may stand in more than one place: each with links of its own. */
export type PlacedPage = (links: Links) => string;

/** A link to a file beside the page; the text alone where there is none. */
export const link = (href: string | null, text: string): Html =>
  href === null ? markup`${text}` : markup`<a href="${href}">${text}</a>`;

/** Nothing but this one style sheet (by its hash, so to the letter) may act in the page: no script, no request, no other style. */
const policy = `default-src 'none'; style-src 'sha256-${Buffer.from(sha256(styleSheet), 'hex').toString('base64')}'`;

/** A whole page in one file: opens from disk, from mail, from CI, without network and without scripts. */
export function page({ title, about, body, links = [] }: PageParts): string {
  const { text } = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="aieng" />
        <title>${title}</title>
        ${trusted(`<style>${styleSheet}</style>`)}
      </head>
      <body>
        <main>
          <header>
            <h1>${title}</h1>
            <div class="muted">${about}</div>
            ${
              links.length > 0 &&
              markup`<nav class="beside">${links.map(([href, text]) => markup`<a href="${href}">${text}</a>`)}</nav>`
            }
          </header>
          ${body}
        </main>
      </body>
    </html>`;
  return text;
}

/** The answer, before anything else. */
export function verdict(tone: Tone, sentence: string, reasons: readonly string[] = []): Html {
  return markup`<section class="verdict ${tone}">
    <p>${sentence}</p>
    ${
      reasons.length > 0 &&
      markup`<ul>
        ${reasons.map((reason) => markup`<li>${reason}</li>`)}
      </ul>`
    }
  </section> `;
}

/** A part of the page under its own heading. */
export function section(title: string, ...parts: readonly (Html | string | false)[]): Html {
  return markup`<section>
    <h2>${title}</h2>
    ${parts.map((part) => (typeof part === 'string' ? markup`<p class="note">${part}</p>` : part))}
  </section> `;
}

/** A word with a colour; the word alone says it too. */
export function mark(tone: Tone | 'plain', text: string): Html {
  return markup`<span class="mark ${tone}">${text}</span>`;
}

/** The few numbers that matter. */
export function keyFigures(figures: readonly (readonly [label: string, value: string])[]): Html {
  return markup`<dl class="figures">
    ${figures.map(
      ([label, value]) =>
        markup`<div>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

export interface TableColumn {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly numeric?: boolean;
}

/** A table that scrolls by itself where the screen is narrow; the first column that has a title names the rows. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly (Html | string)[])[]): Html {
  const named = columns.findIndex(({ title }) => title !== '');
  const side = (i: number): Html => trusted(columns[i]?.numeric === true ? ' class="n"' : '');
  return markup`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map(({ title }, i) =>
            title === '' ? markup`<td></td>` : markup`<th scope="col" ${side(i)}>${title}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            markup`<tr>
              ${row.map((cell, i) =>
                i === named && cell !== ''
                  ? markup`<th scope="row"${side(i)}>${cell}</th>`
                  : markup`<td${side(i)}>${cell}</td>`,
              )}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Charts side by side, each with its heading and one line about it. Any of them may scroll on a phone: keys reach it. */
export function charts(
  figures: readonly { readonly title: string; readonly chart: Html; readonly caption: string }[],
  across: Across = 3,
): Html {
  return markup`<div class="charts of${across}">
    ${figures.map(
      ({ title, chart, caption }) =>
        markup`<figure tabindex="0">
          <h3>${title}</h3>
          ${chart}${caption !== '' && markup`<figcaption>${caption}</figcaption>`}
        </figure> `,
    )}
  </div>`;
}

/** What the two colours mean. */
export const referenceAndCurrent = markup`<div class="key">
  <span>reference (training)</span><span class="current">current</span>
</div>`;
