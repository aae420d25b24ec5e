import { createHmac } from 'node:crypto';
import type { SinkSettings } from '../../pipeline/alerts/section.ts';
import type { Sink } from '../message.ts';
import { jsonOf } from '../message.ts';
import { postJson } from './post.ts';

const encodedPrefix = 'whsec_';

/** A secret that begins with `whsec_` is base64 after it; any other is its own bytes. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith(encodedPrefix)
    ? Buffer.from(secret.slice(encodedPrefix.length), 'base64')
    : Buffer.from(secret, 'utf8');

/** Headers by which a receiver knows sender, time and that nothing was changed (Standard Webhooks 1.0). */
function signatureOf(secret: string, id: string, seconds: number, body: string): Record<string, string> {
  const signed = createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-signature': `v1,${signed}` };
}

/** POST of the message as JSON. */
export const webhook: Sink<SinkSettings['webhook']> = {
  name: 'webhook',
  async send(message, { url, secret }, world) {
    const body = JSON.stringify(jsonOf(message));
    const seconds = Math.floor(world.now / 1000);
    const signature = secret === null ? {} : signatureOf(secret, message.id, seconds, body);
    const headers = { 'webhook-id': message.id, 'webhook-timestamp': String(seconds), ...signature };
    await postJson(url, body, headers, world);
  },
};
