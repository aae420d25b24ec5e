import { optionalPeer } from '../../optionalPeer.ts';
import type { SinkSettings } from '../../pipeline/alerts/section.ts';
import type { Sink, SinkWorld } from '../message.ts';
import { SinkFailure, subjectOf, textOf } from '../message.ts';

type Email = SinkSettings['email'];

/** What the mail server said, as a number; 5xx is its last word. */
const saidOf = (error: unknown): { readonly code: string; readonly reply: number | null } => ({
  code: error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '',
  reply:
    error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number'
      ? error.responseCode
      : null,
});

function mailFailure(error: unknown): SinkFailure {
  const { code, reply } = saidOf(error);
  if (reply !== null)
    return new SinkFailure(`the mail server answered ${reply}`, { passing: reply < 500, cause: error });
  const words = code === '' ? 'the mail could not be sent' : `the mail could not be sent (${code})`;
  return new SinkFailure(words, { passing: code !== 'EAUTH' && code !== 'ETLS', cause: error });
}

const transportOf = ({ host, port, tls, user, password }: Email, { timeoutMs }: SinkWorld) => ({
  host,
  port,
  secure: tls === 'tls',
  requireTLS: tls === 'starttls',
  ignoreTLS: tls === 'none',
  ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
  connectionTimeout: timeoutMs,
  greetingTimeout: timeoutMs,
  socketTimeout: timeoutMs,
  // Nothing of a message names a file or an address to be fetched.
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** Rejects when the command is interrupted: a conversation that hangs keeps nobody. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const stop = (): void => reject(new Error('interrupted'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

/** Plain text by SMTP. */
export const email: Sink<Email> = {
  name: 'email',
  async send(message, settings, world) {
    const { createTransport } = await optionalPeer('e-mail', () => import('nodemailer'));
    const transport = createTransport(transportOf(settings, world));
    try {
      const sent = transport.sendMail({
        from: settings.from,
        to: [...settings.to],
        subject: subjectOf(message),
        text: textOf(message),
        messageId: `<${message.id}@aieng.invalid>`,
        date: new Date(message.at),
      });
      await Promise.race([sent, aborted(world.signal)]);
    } catch (error) {
      throw mailFailure(error);
    } finally {
      transport.close();
    }
  },
};
