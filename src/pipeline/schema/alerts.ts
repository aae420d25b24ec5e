import { alertKinds, severities } from '../../alertWords.ts';
import type { KeySchema } from './keys.ts';
import { choice, key, section } from './keys.ts';

const text = (description: string, examples: readonly string[] = []): KeySchema => ({
  type: 'string',
  minLength: 1,
  description,
  ...(examples.length === 0 ? {} : { examples }),
});
const optionalText = (description: string): KeySchema =>
  key(['string', 'null'], null, description, { minLength: 1 });

/** Settings of one sink. Without a default: a receiver has exactly one of them. */
function settings(
  description: string,
  properties: Readonly<Record<string, KeySchema>>,
  required: readonly string[],
): KeySchema {
  return { type: 'object', description, properties, required, additionalProperties: false };
}

const webhook = settings(
  'POST of JSON, signed as Standard Webhooks are: HMAC-SHA256 over id, time and body.',
  {
    url: text('Where to; a part of it may be `${NAME}`.', ['https://ops.example.com/aieng']),
    secret: optionalText('What signs it, as `${NAME}`; null = not signed.'),
  },
  ['url'],
);
const slack = settings(
  'An incoming webhook of Slack.',
  { url: text('Its address, which is a secret: `${NAME}`.') },
  ['url'],
);
const teams = settings(
  'A workflow of Microsoft Teams that posts what a webhook gets.',
  { url: text('Its address, which is a secret: `${NAME}`.') },
  ['url'],
);
const alertmanager = settings(
  'The Alertmanager of Prometheus, API v2.',
  {
    url: text('Its address, without /api.', ['http://alertmanager:9093']),
    token: optionalText('Bearer token, as `${NAME}`; null = none.'),
  },
  ['url'],
);
const email = settings(
  'E-mail by SMTP; needs the package nodemailer.',
  {
    host: text('The mail server.', ['smtp.example.com']),
    port: key('integer', 587, 'Its port.', { minimum: 1, maximum: 65_535 }),
    tls: choice(
      ['starttls', 'tls', 'none'],
      'starttls',
      'starttls = must be offered; tls = from the first byte (port 465); none = a relay on this machine.',
    ),
    user: optionalText('Who signs in; null = nobody does.'),
    password: optionalText('As `${NAME}`.'),
    from: text('Sender.', ['aieng@example.com']),
    to: {
      type: 'array',
      description: 'Recipients.',
      items: { type: 'string', minLength: 3 },
      minItems: 1,
      maxItems: 50,
    },
  },
  ['host', 'from', 'to'],
);
const command = settings(
  'A program of this machine that gets the message as JSON on stdin. No shell.',
  {
    argv: {
      type: 'array',
      description: 'Program and arguments, as they are.',
      examples: [['/usr/local/bin/page', '--team', 'ml']],
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      maxItems: 50,
    },
    environment: key('array', [], 'Variables that it gets, beside PATH, HOME, LANG and TZ.', {
      items: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
      uniqueItems: true,
    }),
  },
  ['argv'],
);

const sink: KeySchema = {
  type: 'object',
  description: 'One receiver: which alerts, and one sink.',
  additionalProperties: false,
  properties: {
    name: key(['string', 'null'], null, 'Under which it is known here; null = the name of its sink.', {
      pattern: '^[a-z0-9][a-z0-9_-]{0,62}$',
    }),
    kinds: key('array', [], 'Only alerts of these kinds; [] = all.', {
      items: { type: 'string', enum: alertKinds },
      uniqueItems: true,
    }),
    min_severity: choice(severities, 'info', 'Only alerts that are at least so urgent.'),
    resolved: key('boolean', true, 'Tell also when it is over.'),
    ...{ webhook, slack, teams, alertmanager, email, command },
  },
};

/** Who is told what happens while nobody watches. */
export const alerts = section(
  'Who is told what happens while nobody watches. `${NAME}` is read from the environment when something is sent; nothing else ever sees its value.',
  {
    repeat_hours: key('number', 24, 'What goes on is told again after so long.', {
      minimum: 0.1,
      maximum: 8760,
    }),
    expire_days: key('number', 7, 'What a receiver could not be told for so long is given up, and counted.', {
      minimum: 0.1,
      maximum: 365,
    }),
    sinks: key('array', [], 'The receivers, each with exactly one sink.', { items: sink, maxItems: 20 }),
  },
);
