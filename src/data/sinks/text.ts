import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { usageError } from '../../errors.ts';
import { csvFormat, ndjsonFormat } from './formats.ts';
import { createPendingFile, unwritable } from './file.ts';
import type { RowFormat, Sink, SinkOptions } from './sink.ts';

/** A writer that waits where the other end is slow. */
interface Writer {
  write(content: string | Uint8Array): Promise<void>;
  end(): Promise<void>;
  destroy(): void;
}

/** Takes bytes as they are; otherwise as a `Sink`. */
export interface ByteSink {
  write(content: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

function outputFailed(path: string, cause: unknown): Error {
  if (path !== '-') return unwritable(path, cause);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return usageError({
    code: 'output-unwritable',
    message: `standard output: writing failed (${code}).`,
    hint: 'Check that the disk has space and that the reader of the output keeps reading.',
    cause,
  });
}

function openWriter(path: string, target: Writable, gzip: boolean, endTarget: boolean): Writer {
  let failure: unknown;
  const fail = (cause: unknown): void => {
    failure ??= cause;
  };
  target.on('error', fail);
  const compressor = gzip ? createGzip() : undefined;
  compressor?.on('error', fail);
  compressor?.pipe(target, { end: endTarget });
  const entry: Writable = compressor ?? target;
  const check = (): void => {
    if (failure !== undefined) throw outputFailed(path, failure);
  };
  const room = async (): Promise<void> => {
    // Whoever loses the race takes its listeners away: a long output would gather thousands.
    const over = new AbortController();
    const { signal } = over;
    await Promise.race([once(entry, 'drain', { signal }), once(target, 'error', { signal })]).catch(fail);
    over.abort();
  };
  return {
    write: async (content) => {
      check();
      if (!entry.write(content)) await room();
      check();
    },
    end: async () => {
      check();
      if (compressor !== undefined) {
        const done = endTarget ? finished(target) : finished(compressor, { writable: true });
        compressor.end();
        await done.catch(fail);
      } else if (endTarget) {
        target.end();
        await finished(target).catch(fail);
      }
      check();
      target.removeListener('error', fail);
    },
    destroy: () => {
      compressor?.destroy();
      if (endTarget) target.destroy();
    },
  };
}

/** A sink of bytes: a file (optionally gzip) that appears when it is whole, or standard output. */
export async function openByteSink(options: Omit<SinkOptions, 'format' | 'classes'>): Promise<ByteSink> {
  if (options.path === '-') {
    const writer = openWriter('-', options.stdout ?? process.stdout, options.gzip, false);
    return {
      write: (content) => writer.write(content),
      close: () => writer.end(),
      abort: async () => writer.destroy(),
    };
  }
  const file = await createPendingFile(options.path);
  const writer = openWriter(options.path, createWriteStream(file.temporary), options.gzip, true);
  return {
    write: (content) => writer.write(content),
    close: async () => {
      await writer.end();
      await file.commit();
    },
    abort: async () => {
      writer.destroy();
      await file.discard();
    },
  };
}

/** The bytes of CSV or NDJSON for rows of this form. */
export const textFormat = (
  options: Pick<SinkOptions, 'format' | 'classes' | 'interval' | 'explained'>,
): RowFormat => (options.format === 'csv' ? csvFormat(options) : ndjsonFormat(options));

/** A CSV or NDJSON sink: a file (optionally gzip), or standard output. */
export async function openTextSink(options: SinkOptions): Promise<Sink> {
  const format = textFormat(options);
  const bytes = await openByteSink(options);
  let started = false;
  const start = async (): Promise<void> => {
    if (!started && format.header !== '') await bytes.write(format.header);
    started = true;
  };
  return {
    write: async (rows) => {
      await start();
      if (rows.length > 0) await bytes.write(format.text(rows));
    },
    close: async () => {
      await start();
      await bytes.close();
    },
    abort: () => bytes.abort(),
  };
}
