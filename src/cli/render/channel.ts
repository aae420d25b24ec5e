import type { Ink } from './ink.ts';
import { colourInk, noInk, wantsColour } from './ink.ts';

/** The part of a Node stream that a channel needs (a test gives its own). */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/** One way out: stdout for results, stderr for everything else. Every text is scrubbed of secrets. */
export interface Channel {
  readonly tty: boolean;
  readonly ink: Ink;
  columns(): number;
  write(text: string): void;
  /** Resolves when everything written is out, or the reader is gone. */
  flush(): Promise<void>;
  /** The reader is gone: nothing that is written arrives. */
  closed(): boolean;
  /** Set when the stream failed for another reason than a reader that left (`… | head`). */
  failure(): NodeJS.ErrnoException | null;
}

export interface ChannelOptions {
  readonly stream: OutputStream;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** `--no-color` was not given. */
  readonly colour: boolean;
  readonly scrub: (text: string) => string;
}

/** Columns of a pipe or a log, where nobody says: a comfortable line. */
const columnsOfLogs = 80;

/** Opens a stream for writing. A closed pipe is silence, not an error; a full disk is kept for the exit code. */
export async function openChannel({ stream, variables, colour, scrub }: ChannelOptions): Promise<Channel> {
  const tty = stream.isTTY === true;
  const ink = wantsColour({ flag: colour, variables, tty }) ? await colourInk() : noInk;
  let failure: NodeJS.ErrnoException | null = null;
  let open = true;
  let pending = 0;
  let settled: (() => void)[] = [];
  const settle = (): void => {
    if (pending > 0 && open) return;
    for (const resolve of settled) resolve();
    settled = [];
  };
  stream.on('error', (error) => {
    open = false;
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') failure = error;
    settle();
  });
  return {
    tty,
    ink,
    columns() {
      const given = stream.columns ?? Number.parseInt(variables.COLUMNS ?? '', 10);
      return Number.isFinite(given) && given > 0 ? Math.max(24, given) : columnsOfLogs;
    },
    write(text) {
      if (!open || text === '') return;
      pending += 1;
      stream.write(scrub(text), () => {
        pending -= 1;
        settle();
      });
    },
    flush: () =>
      new Promise((resolve) => {
        settled.push(resolve);
        settle();
      }),
    closed: () => !open,
    failure: () => failure,
  };
}
