import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { usageError } from '../../errors.ts';
import { csvFormat, ndjsonFormat } from './formats.ts';
import { createPendingFile, unwritable } from './file.ts';
import type { RowFormat, Sink, SinkOptions } from './sink.ts';

/** A writer of text chunks that waits where the other end is slow. */
interface TextWriter {
  write(text: string): Promise<void>;
  end(): Promise<void>;
  destroy(): void;
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

function openWriter(path: string, target: Writable, gzip: boolean, endTarget: boolean): TextWriter {
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
  return {
    write: async (text) => {
      check();
      if (!entry.write(text)) await Promise.race([once(entry, 'drain'), once(target, 'error')]).catch(fail);
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

function sinkOf(
  writer: TextWriter,
  format: RowFormat,
  commit: () => Promise<void>,
  discard: () => Promise<void>,
): Sink {
  let started = false;
  const start = async (): Promise<void> => {
    if (!started && format.header !== '') await writer.write(format.header);
    started = true;
  };
  return {
    write: async (rows) => {
      await start();
      if (rows.length > 0) await writer.write(rows.map((row) => format.row(row)).join(''));
    },
    close: async () => {
      await start();
      await writer.end();
      await commit();
    },
    abort: async () => {
      writer.destroy();
      await discard();
    },
  };
}

/** A CSV or NDJSON sink: a file (optionally gzip), or standard output. */
export async function openTextSink(options: SinkOptions): Promise<Sink> {
  const format = options.format === 'csv' ? csvFormat(options.classes) : ndjsonFormat(options.classes);
  if (options.path === '-') {
    const writer = openWriter('-', options.stdout ?? process.stdout, options.gzip, false);
    return sinkOf(
      writer,
      format,
      async () => undefined,
      async () => undefined,
    );
  }
  const file = await createPendingFile(options.path);
  const stream = createWriteStream(file.temporary);
  const writer = openWriter(options.path, stream, options.gzip, true);
  return sinkOf(
    writer,
    format,
    () => file.commit(),
    () => file.discard(),
  );
}
