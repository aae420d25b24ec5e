import type { SinkSettings } from '../../pipeline/alerts/section.ts';
import type { Message, Sink } from '../message.ts';
import { footOf, linesOf, subjectOf } from '../message.ts';
import { postJson } from './post.ts';

/** Slack takes no more characters in one block. */
const longestBlock = 2900;

/** In Slack's own markup these begin a link or a call to everybody. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const section = (text: string): object => ({
  type: 'section',
  text: { type: 'plain_text', text: text.slice(0, longestBlock), emoji: false },
});

/** As Slack's incoming webhooks take it: plain text, so that nothing from the data becomes a link or a call. */
function slackMessage(message: Message): object {
  return {
    text: escaped(subjectOf(message)),
    blocks: [
      ...message.due.map((due) => {
        const { head, lines } = linesOf(due);
        return section([head, ...lines].join('\n'));
      }),
      { type: 'context', elements: [{ type: 'plain_text', text: footOf(message), emoji: false }] },
    ],
  };
}

export const slack: Sink<SinkSettings['slack']> = {
  name: 'slack',
  send: (message, { url }, world) => postJson(url, JSON.stringify(slackMessage(message)), {}, world),
};
