import type { SinkSettings } from '../../pipeline/alerts/section.ts';
import type { Due } from '../book.ts';
import type { Message, Sink } from '../message.ts';
import { footOf, linesOf, subjectOf } from '../message.ts';
import { postJson } from './post.ts';

/** Teams takes 28 KB a message. */
const mostBytes = 24_000;

/** Runs of text are shown as they are: a TextBlock would read Markdown in what comes from data. */
const lineOf = (text: string, style: object = {}): object => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text, ...style }],
});

const colours = { info: 'accent', warning: 'warning', critical: 'attention' } as const;

function partsOf(due: Due): readonly object[] {
  const { head, lines } = linesOf(due);
  const color = due.reason === 'over' ? 'good' : colours[due.alert.severity];
  return [
    lineOf(head, { weight: 'bolder', color }),
    ...lines.map((line) => lineOf(line, { isSubtle: true })),
  ];
}

function cardOf(message: Message, due: readonly Due[]): string {
  const left = message.due.length - due.length;
  const foot = left === 0 ? footOf(message) : `${footOf(message)}; ${left} had no room here`;
  return JSON.stringify({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          fallbackText: subjectOf(message),
          body: [...due.flatMap(partsOf), lineOf(foot, { isSubtle: true })],
        },
      },
    ],
  });
}

/** As many alerts as there is room for; the card counts the others. */
function fittingCard(message: Message): string {
  for (let kept = message.due.length; kept > 1; kept -= 1) {
    const card = cardOf(message, message.due.slice(0, kept));
    if (Buffer.byteLength(card) <= mostBytes) return card;
  }
  return cardOf(message, message.due.slice(0, 1));
}

export const teams: Sink<SinkSettings['teams']> = {
  name: 'teams',
  send: (message, { url }, world) => postJson(url, fittingCard(message), {}, world),
};
