import type { ProgressEvent } from '../../project/context.ts';
import type { Channel } from './channel.ts';
import { pacemaker } from './pace.ts';
import { duration, percent } from '../../verbs/view/format.ts';
import { signMark } from './layout.ts';
import { displayWidth, pad, printable, truncate } from '../../verbs/view/width.ts';

/** Shows what a command is doing, on stderr. */
export interface ProgressReporter {
  readonly report: (event: ProgressEvent) => void;
  /** Warnings already shown, so that the result does not repeat them. */
  readonly warned: ReadonlySet<string>;
  /** Takes the live line away. */
  readonly clear: () => void;
}

export interface ProgressOptions {
  readonly channel: Channel;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Monotonic ms. */
  readonly elapsed: () => number;
}

const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const redrawMs = 80;
/** Between two plain lines of one piece of work: a log wants to be read later. */
const logEveryMs = 5_000;
const barWidth = 20;

type Progress = Extract<ProgressEvent, { kind: 'progress' }>;
type StageEvent = Extract<ProgressEvent, { kind: 'stage' }>;

function bar(done: number, total: number): string {
  const filled = Math.round(barWidth * Math.min(1, Math.max(0, done / total)));
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}

const progressText = ({ label, done, total, detail }: Progress, pace: string): string =>
  printable(
    [total > 0 ? `${label} ${done}/${total}` : `${label} ${done}`, pace, detail]
      .filter((part) => part !== '')
      .join('  '),
  );

function liveText(event: Progress, pace: string, columns: number): string {
  const text = progressText(event, pace);
  if (event.total <= 0) return text;
  const share = percent(Math.round((event.done / event.total) * 100) / 100);
  const drawn = `${bar(event.done, event.total)} ${share.padStart(5)}  ${text}`;
  return displayWidth(drawn) + 4 <= columns ? drawn : text;
}

/** `✔ train      ran      12.3 s  the learning rate changed`. */
function stageLine({ stage, state, reason, durationMs }: StageEvent, channel: Channel): string {
  const { ink } = channel;
  const what = state === 'cached' ? ink('dim', 'cached') : 'ran   ';
  const took = pad(duration(durationMs), 9, 'right');
  const room = Math.max(8, channel.columns() - 33);
  const why = channel.tty ? truncate(printable(reason), room) : printable(reason);
  return `${signMark(state === 'cached' ? 'none' : 'good', ink)} ${pad(printable(stage), 10, 'left')}  ${what}  ${took}  ${ink('dim', why)}`;
}

/** One live line that is drawn over itself, below lines that stay. */
function liveLine(channel: Channel): { draw: (text: string) => void; clear: () => void } {
  let shown = false;
  return {
    draw(text) {
      channel.write(`\r\x1b[2K${truncate(text, channel.columns() - 1)}`);
      shown = true;
    },
    clear() {
      if (shown) channel.write('\r\x1b[2K');
      shown = false;
    },
  };
}

function terminalReporter(
  { channel, verbose, elapsed }: ProgressOptions,
  warned: Set<string>,
): ProgressReporter {
  const live = liveLine(channel);
  const paceOf = pacemaker(elapsed);
  let doing = '';
  let frame = 0;
  let drawnAt = -Infinity;
  const draw = (text: string, force: boolean): void => {
    if (!force && elapsed() - drawnAt < redrawMs) return;
    drawnAt = elapsed();
    frame = (frame + 1) % frames.length;
    live.draw(`${frames[frame] ?? ''} ${text}`);
  };
  const keep = (line: string): void => {
    live.clear();
    channel.write(`${line}\n`);
  };
  return {
    warned,
    clear: live.clear,
    report(event) {
      switch (event.kind) {
        case 'warning':
          warned.add(event.message);
          keep(`${signMark('warn', channel.ink)} ${printable(event.message)}`);
          break;
        case 'progress':
          draw(
            liveText(event, paceOf(event), channel.columns()),
            event.total > 0 && event.done >= event.total,
          );
          break;
        case 'step':
          if (verbose) keep(channel.ink('dim', `  ${printable(event.message)}`));
          else draw(printable(doing === '' ? event.message : `${doing}: ${event.message}`), true);
          break;
        case 'stage':
          doing = event.state === 'started' ? event.stage : '';
          if (event.state !== 'started') keep(stageLine(event, channel));
          else draw(printable(event.reason === '' ? event.stage : `${event.stage} (${event.reason})`), true);
          break;
      }
    },
  };
}

function logReporter({ channel, verbose, elapsed }: ProgressOptions, warned: Set<string>): ProgressReporter {
  const loggedAt = new Map<string, number>();
  const paceOf = pacemaker(elapsed);
  const line = (text: string): void => channel.write(`${text}\n`);
  return {
    warned,
    clear: () => undefined,
    report(event) {
      switch (event.kind) {
        case 'warning':
          warned.add(event.message);
          line(`warning: ${printable(event.message)}`);
          break;
        case 'step':
          line(`  ${printable(event.message)}`);
          break;
        case 'progress': {
          const pace = paceOf(event);
          // Short work needs no line at all: the clock of each piece of work starts with its first event.
          const since = loggedAt.get(event.label);
          if (since !== undefined && elapsed() - since < logEveryMs && !verbose) break;
          loggedAt.set(event.label, elapsed());
          if (since !== undefined || verbose) line(`  ${progressText(event, pace)}`);
          break;
        }
        case 'stage':
          if (event.state !== 'started') line(stageLine(event, channel));
          else if (verbose) line(`· ${printable(`${event.stage} starts: ${event.reason}`)}`);
          break;
      }
    },
  };
}

/** The reporter that fits: one live line on a terminal, plain lines in a log, nothing (but the record) when quiet. */
export function progressReporter(options: ProgressOptions): ProgressReporter {
  const warned = new Set<string>();
  if (options.quiet) return { warned, clear: () => undefined, report: () => undefined };
  return options.channel.tty ? terminalReporter(options, warned) : logReporter(options, warned);
}
