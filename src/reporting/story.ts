import { drawBars, type Bar } from './charts/bars.ts';
import { markup, type Html } from './html.ts';
import { charts, keyFigures, page, section, verdict, type Tone } from './page.ts';

/** One step of a story: what was typed, what came of it. */
export interface StoryStep {
  readonly title: string;
  readonly command: string | null;
  /** As it stood on the terminal. */
  readonly text: string;
  readonly figures: readonly (readonly [label: string, value: string])[];
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

/** Long output is folded: a reader opens what they want to see. */
const longLines = 30;

function output(text: string): Html | false {
  const plain = plainText(text);
  if (plain === '') return false;
  const lines = plain.split('\n').length;
  const shown = markup`<pre>${plain}</pre>`;
  return lines <= longLines
    ? shown
    : markup`<details>
        <summary>${lines} lines of output</summary>
        ${shown}
      </details>`;
}

function stepItem(step: StoryStep): Html {
  return markup`<li>
    ${section(
      step.title,
      step.command !== null && markup`<pre class="typed">${plainText(step.command)}</pre>`,
      output(step.text) || markup``,
      step.figures.length > 0 && keyFigures(step.figures),
    )}
  </li> `;
}

/** A story on one page: its end first, then what happened step by step. */
export async function storyPage(story: StoryPage): Promise<string> {
  const drawn = [];
  for (const { title, caption, bars } of story.charts ?? [])
    drawn.push({ title, caption: caption ?? '', chart: await drawBars(bars, title, title) });
  const body: Html[] = [
    verdict(story.tone ?? 'good', story.sentence),
    ...(drawn.length > 0 ? [section('In figures', charts(drawn))] : []),
    markup`<ol class="steps">
      ${story.steps.map(stepItem)}
    </ol>`,
  ];
  return page({ title: story.title, about: `${story.steps.length} steps`, body });
}
