import type { SinkSettings } from '../../pipeline/alerts/section.ts';
import type { Due } from '../book.ts';
import type { Message, Sink } from '../message.ts';
import { postJson } from './post.ts';

const iso = (at: number): string => new Date(at).toISOString();

/**
 * One alert as the API v2 takes it. Alertmanager forgets what it is not told of again: what goes on is given until after
 * it will have been repeated.
 */
function postable({ alert }: Due, { pipeline, from, at, repeatMs }: Message): object {
  const { kind, key, severity, summary, details, startsAt, endsAt } = alert;
  return {
    labels: {
      alertname: 'aieng',
      pipeline,
      kind,
      severity,
      ...(key === '' ? {} : { key }),
      from,
    },
    annotations: { summary, description: details.join('\n') },
    startsAt: iso(startsAt),
    endsAt: iso(endsAt ?? at + 2 * repeatMs),
  };
}

export const alertmanager: Sink<SinkSettings['alertmanager']> = {
  name: 'alertmanager',
  async send(message, { url, token }, world) {
    const body = JSON.stringify(message.due.map((due) => postable(due, message)));
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    await postJson(`${url.replace(/\/+$/, '')}/api/v2/alerts`, body, headers, world);
  },
};
