import { drawBars, type Bar } from './charts/bars.ts';
import { markup, type Html } from './html.ts';
import { charts, keyFigures, mark, page, section, table, verdict, type Tone } from './page.ts';

/** One thing that happened: what was typed, if anything was, and what came of it. */
export interface StoryStep {
  /** The part of the story that it belongs to; left out: it is a part by itself. */
  readonly chapter?: string;
  readonly title: string;
  readonly command: string | null;
  /** As it stood on the terminal: its first line says what happened, the rest is folded. */
  readonly text: string;
  readonly figures: readonly (readonly [label: string, value: string])[];
  /** What was promised beforehand, in words, and whether it came. */
  readonly promise?: { readonly what: string; readonly kept: boolean };
}

/** A story that a run of commands told. */
export interface StoryPage {
  readonly title: string;
  readonly sentence: string;
  /** Colour of the sentence; left out = plain good news. */
  readonly tone?: Tone;
  readonly steps: readonly StoryStep[];
  /** Lying bars; `title` names what is measured. */
  readonly charts?: readonly {
    readonly title: string;
    readonly caption?: string;
    readonly bars: readonly Bar[];
  }[];
}

/** Colours of a terminal are no part of its text. */
const plainText = (text: string): string => text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').trimEnd();

/** What a command said first, without its sign: what happened, in its own words. */
function headlineOf(plain: string): string {
  const first = plain.split('\n').find((line) => line.trim() !== '') ?? '';
  return first
    .replace(/^\s*[✔✖⚠✗!•·-]\s+/u, '')
    .trim()
    .replaceAll(/\s{2,}/g, ' · ');
}

function happened({ title, command, text, figures, promise }: StoryStep): Html {
  const plain = plainText(text);
  const headline = headlineOf(plain);
  const rest = command !== null || plain.split('\n').length > 1;
  return markup`<div class="event">
    <p>
      <b>${title}</b> ${headline} ${promise?.kept === false && mark('bad', `not as promised: ${promise.what}`)}
    </p>
    ${figures.length > 0 && keyFigures(figures)}
    ${
      rest &&
      markup`<details>
        <summary>${command === null ? 'all that was said' : 'what was typed, and what it said'}</summary>
        ${command !== null && markup`<pre class="typed">${plainText(command)}</pre>`}${plain !== '' && markup`<pre>${plain}</pre>`}
      </details>`
    }
  </div>`;
}

interface Chapter {
  readonly title: string;
  readonly steps: StoryStep[];
}

/** The parts of the story, in order. */
function chaptersOf(steps: readonly StoryStep[]): readonly Chapter[] {
  const chapters: Chapter[] = [];
  for (const step of steps) {
    const title = step.chapter ?? step.title;
    const last = chapters.at(-1);
    if (last?.title === title) last.steps.push(step);
    else chapters.push({ title, steps: [step] });
  }
  return chapters;
}

function promisesSection(steps: readonly StoryStep[]): Html | false {
  const promised = steps.flatMap(({ chapter, title, promise }) =>
    promise === undefined ? [] : [{ where: chapter ?? title, title, ...promise }],
  );
  if (promised.length === 0) return false;
  const kept = promised.filter((each) => each.kept).length;
  return section(
    `What was promised beforehand: ${kept} of ${promised.length} kept`,
    table(
      [{ title: 'part' }, { title: 'step' }, { title: 'promise' }, { title: '' }],
      promised.map(({ where, title, what, kept: came }) => [
        where,
        title,
        what,
        mark(came ? 'good' : 'bad', came ? 'kept' : 'broken'),
      ]),
    ),
  );
}

/** A story on one page: its end first, then what happened, part by part, and at last what had been promised. */
export function storyPage(story: StoryPage): string {
  const drawn = [];
  for (const { title, caption, bars } of story.charts ?? [])
    drawn.push({ title, caption: caption ?? '', chart: drawBars(bars, title, title, 2) });
  const chapters = chaptersOf(story.steps);
  const parts: (Html | false)[] = [
    verdict(story.tone ?? 'good', story.sentence),
    drawn.length > 0 && section('In figures', charts(drawn, 2)),
    markup`<ol class="steps">
      ${chapters.map(
        ({ title, steps }) =>
          markup`<li class="${steps.some(({ promise }) => promise?.kept === false) ? 'bad' : 'good'}">
            ${section(title, ...steps.map(happened))}
          </li> `,
      )}
    </ol>`,
    promisesSection(story.steps),
  ];
  return page({
    title: story.title,
    about: `${chapters.length} parts; what was typed is folded below each`,
    body: parts.filter((part) => part !== false),
  });
}
