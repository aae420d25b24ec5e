import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSilent } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { alertKinds, sinkNames } from '../../src/alertWords.ts';
import type { SinkName } from '../../src/alertWords.ts';
import { afterNews, dueFor } from '../../src/alerting/book.ts';
import { emptyBook } from '../../src/alerting/alert.ts';
import { SinkFailure } from '../../src/alerting/message.ts';
import type { Message, SinkWorld } from '../../src/alerting/message.ts';
import { sinks } from '../../src/alerting/sinks/index.ts';
import { findingOf } from '../../src/project/alerting/findings.ts';
import { deadline } from '../../src/deadline.ts';

// Every sink against real receivers: a server of HTTP, one of SMTP, a program. The same cases for all of them.

const secret = 'hunter2-of-the-receiver';
const hour = 3_600_000;
const at = Date.UTC(2026, 2, 1, 3);

/** As many alerts, whose texts hold what would do harm if it were read as more than text. */
function message(count = 2): Message {
  const findings = Array.from({ length: count }, (_, index) =>
    findingOf('schema', {
      key: `column ${index}`,
      summary: `<!channel> "; rm -rf / # [x](http://evil.example) ${'wide '.repeat(20)}${index}`,
      details: ['\r\nBcc: all@example.com', '<script>alert(1)</script>'],
    }),
  );
  const book = afterNews(emptyBook, { findings, judged: [] }, 'churn', at);
  const receiver = { name: null, kinds: [], min_severity: 'info', resolved: true } as const;
  const due = dueFor(book, { repeat_hours: 24 }, receiver, 'x', at);
  return { id: 'aieng_one', pipeline: 'churn', from: 'shop on host', at, due, more: 0, repeatMs: 24 * hour };
}

const world = (own: Partial<SinkWorld> = {}): SinkWorld => ({
  variables: { PATH: process.env['PATH'], ALERT_SECRET: secret },
  now: at,
  timeoutMs: 5_000,
  signal: new AbortController().signal,
  ...own,
});

const scratch = mkdtempSync(join(tmpdir(), 'aieng-sinks-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Arrival {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
type Manner = 'takes' | 'fails' | 'redirects' | 'silent' | 'huge' | 'down';

async function listening(server: Server | ReturnType<typeof createSilent>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A receiver of HTTP; `arrivals` is what came. */
async function httpReceiver(manner: Manner, arrivals: Arrival[]): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => {
      arrivals.push({ path: request.url ?? '', headers: request.headers, body });
      if (manner === 'silent') return;
      if (manner === 'fails') response.writeHead(500).end('no');
      else if (manner === 'redirects') response.writeHead(302, { location: '/elsewhere' }).end();
      else if (manner === 'huge') response.writeHead(200).end('x'.repeat(5_000_000));
      else response.writeHead(200).end('ok');
    });
  });
  const port = await listening(server);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  if (manner === 'down') await close();
  else closing.push(close);
  return `http://127.0.0.1:${port}/hook/${secret}`;
}

async function mailReceiver(manner: Manner, mails: string[]): Promise<number> {
  if (manner === 'silent') {
    const server = createSilent(() => undefined);
    const port = await listening(server);
    closing.push(() => void server.close());
    return port;
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username = '', password = '' }, _session, done) =>
      password === secret ? done(null, { user: username }) : done(new Error('no')),
    onData: (stream, _session, done) => {
      let mail = '';
      stream.setEncoding('utf8');
      stream.on('data', (part: string) => (mail += part));
      stream.on('end', () => {
        if (manner === 'fails') done(Object.assign(new Error('try later'), { responseCode: 451 }));
        else {
          mails.push(mail);
          done();
        }
      });
    },
  });
  server.on('error', () => undefined);
  const port = await listening(server.server);
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  if (manner === 'down') await close();
  else closing.push(close);
  return port;
}

/** A program that behaves so; what it got is in `got`. */
function program(manner: Manner): { readonly argv: readonly string[]; readonly got: string } {
  const got = join(scratch, `${manner}.txt`);
  const file = join(scratch, `${manner}.mjs`);
  const ends = {
    takes: '',
    huge: "process.stdout.write('x'.repeat(5e6));",
    fails: 'process.exit(3);',
    redirects: 'process.exit(3);',
    silent: 'setInterval(() => {}, 1000);',
    down: '',
  }[manner];
  writeFileSync(
    file,
    `import { readFileSync, writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(got)}, JSON.stringify({ argv: process.argv.slice(2), env: process.env, input: readFileSync(0, 'utf8') }));
${ends}`,
  );
  return { argv: manner === 'down' ? [join(scratch, 'absent')] : [process.execPath, file, '$(id)'], got };
}

/** What arrived, as one text. */
type Sent = () => string;

/** Sends by a sink to a receiver of that manner. */
async function sendBy(
  name: SinkName,
  manner: Manner,
  how: { readonly message?: Message; readonly world?: SinkWorld } = {},
): Promise<Sent> {
  const { message: sent = message(), world: around = world() } = how;
  if (name === 'email') {
    const mails: string[] = [];
    const port = await mailReceiver(manner, mails);
    const settings = {
      ...({ host: '127.0.0.1', port, tls: 'none', user: 'aieng', password: secret } as const),
      ...{ from: 'aieng@example.com', to: ['ops@example.com'] },
    };
    await sinks.email.send(sent, settings, around);
    return () => mails.join('\n');
  }
  if (name === 'command') {
    const { argv, got } = program(manner);
    await sinks.command.send(sent, { argv, environment: ['ALERT_SECRET'] }, around);
    return () => readFileSync(got, 'utf8');
  }
  const arrivals: Arrival[] = [];
  const url = await httpReceiver(manner, arrivals);
  const call = {
    webhook: () => sinks.webhook.send(sent, { url, secret }, around),
    slack: () => sinks.slack.send(sent, { url }, around),
    teams: () => sinks.teams.send(sent, { url }, around),
    alertmanager: () => sinks.alertmanager.send(sent, { url, token: secret }, around),
  }[name];
  await call();
  return () => arrivals.map(({ body }) => body).join('\n');
}

const failureOf = (sending: Promise<unknown>): Promise<SinkFailure> =>
  sending.then(
    () => Promise.reject(new Error('it was taken')),
    (error: unknown) => {
      if (error instanceof SinkFailure) return error;
      throw error;
    },
  );

it('the words of the pipeline file are the sinks', () => {
  expect(Object.keys(sinks).sort()).toEqual([...sinkNames].sort());
  for (const [name, sink] of Object.entries(sinks)) expect(sink.name).toBe(name);
  expect(new Set(alertKinds).size).toBe(alertKinds.length);
});

describe.each(sinkNames)('%s', (name) => {
  it('brings every alert of the message', async () => {
    const text = (await sendBy(name, 'takes'))();
    expect(text).toContain('wide wide');
    for (const index of [0, 1]) expect(text).toMatch(new RegExp(`wide ${index}`));
  });

  it('takes as many alerts as a message may hold', async () => {
    const text = (await sendBy(name, 'takes', { message: message(40) }))();
    expect(text.length).toBeGreaterThan(1000);
    if (name === 'teams') expect(Buffer.byteLength(text)).toBeLessThan(28_000);
  });

  it('says of one that fails that it may be tried again, and of none where', async () => {
    const failure = await failureOf(sendBy(name, 'fails'));
    expect(failure).toMatchObject({ name: 'SinkFailure', passing: true });
    expect(failure.message).toMatch(/500|451|exit 3/);
  });

  it('says of one that is not there that it is not there', async () => {
    const failure = await failureOf(sendBy(name, 'down'));
    expect(failure.name).toBe('SinkFailure');
    expect(failure.message).toMatch(/nothing listens|could not be/);
  });

  it('waits for one that is silent so long and no longer', async () => {
    const failure = await failureOf(sendBy(name, 'silent', { world: world({ timeoutMs: 150 }) }));
    expect(failure.name).toBe('SinkFailure');
    expect(failure.message).toMatch(/within 0.15 s|ETIMEDOUT/);
  });

  it('ends where the command is interrupted', async () => {
    const signal = deadline(80);
    const failure = await failureOf(sendBy(name, 'silent', { world: world({ signal }) }));
    expect(failure.name).toBe('SinkFailure');
  });

  it('reads no more of an answer than it needs', async () => {
    await sendBy(name, 'huge');
  });

  it.each(['fails', 'down', 'redirects'] as const)('names no secret: %s', async (manner) => {
    if (name === 'email' && manner === 'redirects') return;
    const failure = await failureOf(sendBy(name, manner));
    expect(failure.message).not.toContain(secret);
    expect(failure.message).not.toContain('127.0.0.1');
  });
});

describe('webhook', () => {
  const signed = async (own: string): Promise<Arrival> => {
    const arrivals: Arrival[] = [];
    const url = await httpReceiver('takes', arrivals);
    await sinks.webhook.send(message(), { url, secret: own }, world({ now: Date.now() }));
    return arrivals[0]!;
  };
  const headersOf = ({ headers }: Arrival): Record<string, string> =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

  it('is signed so that the library of the standard accepts it, and not a changed body', async () => {
    const encoded = `whsec_${Buffer.from(secret).toString('base64')}`;
    const arrival = await signed(encoded);
    const standard = new Webhook(encoded);
    expect(standard.verify(arrival.body, headersOf(arrival))).toMatchObject({ id: 'aieng_one' });
    expect(() => standard.verify(arrival.body.replace('churn', 'chum'), headersOf(arrival))).toThrow();
    const raw = await signed(secret);
    expect(new Webhook(secret, { format: 'raw' }).verify(raw.body, headersOf(raw))).toBeTruthy();
  });

  it('does not go where a redirect points', async () => {
    const arrivals: Arrival[] = [];
    const url = await httpReceiver('redirects', arrivals);
    const failure = await failureOf(sinks.webhook.send(message(), { url, secret: null }, world()));
    expect(failure).toMatchObject({ passing: false, message: expect.stringContaining('redirect') });
    expect(arrivals.map(({ path }) => path)).toEqual([`/hook/${secret}`]);
  });

  it.each(['file:///etc/passwd', 'nonsense', 'ftp://x'])('goes to no %s', async (url) => {
    const failure = await failureOf(sinks.webhook.send(message(), { url, secret: null }, world()));
    expect(failure.passing).toBe(false);
  });
});

describe('slack and teams', () => {
  it('show what comes from data as text: no call to everybody, no link', async () => {
    const slack = (await sendBy('slack', 'takes'))();
    expect(JSON.parse(slack)).toMatchObject({ text: expect.not.stringContaining('<!channel>') });
    expect(slack).not.toContain('mrkdwn');
    const teams = (await sendBy('teams', 'takes'))();
    expect(teams).toContain('TextRun');
    expect(teams).not.toContain('"TextBlock"');
  });
});

describe('email', () => {
  it('has no header that comes from data', async () => {
    const mail = (await sendBy('email', 'takes', { message: message(1) }))();
    const [head = ''] = mail.split('\r\n\r\n');
    expect(head).toMatch(/^To: ops@example.com/m);
    expect(head).not.toMatch(/^Bcc:/m);
  });

  it('tells a wrong password, which another try does not mend', async () => {
    const port = await mailReceiver('takes', []);
    const settings = {
      ...({ host: '127.0.0.1', port, tls: 'none', user: 'aieng', password: 'wrong' } as const),
      ...{ from: 'aieng@example.com', to: ['ops@example.com'] },
    };
    const failure = await failureOf(sinks.email.send(message(), settings, world()));
    expect(failure.passing).toBe(false);
    expect(failure.message).not.toContain('wrong');
  });

  it('sends nothing without TLS where it is asked for', async () => {
    const mails: string[] = [];
    const port = await mailReceiver('takes', mails);
    const settings = {
      ...({ host: '127.0.0.1', port, tls: 'starttls', user: 'aieng', password: secret } as const),
      ...{ from: 'aieng@example.com', to: ['ops@example.com'] },
    };
    await failureOf(sinks.email.send(message(), settings, world()));
    expect(mails).toEqual([]);
  });
});

describe('command', () => {
  it('gets the message on stdin, its arguments as they are, and no variable that was not named', async () => {
    const text = (
      await sendBy('command', 'takes', {
        world: world({ variables: { ...process.env, ALERT_SECRET: secret, OTHER_SECRET: 'x' } }),
      })
    )();
    const got: { argv: string[]; env: Record<string, string>; input: string } = JSON.parse(text);
    expect(got.argv).toEqual(['$(id)']);
    expect(got.env).toMatchObject({ ALERT_SECRET: secret });
    expect(got.env).not.toHaveProperty('OTHER_SECRET');
    expect(JSON.parse(got.input)).toMatchObject({ schema: 1, pipeline: 'churn', alerts: [{}, {}] });
  });
});
