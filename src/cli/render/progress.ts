import type { ProgressEvent } from '../../project/context.ts';
import type { Channel } from './channel.ts';
import type { Pace } from './pace.ts';
import { pacemaker, shareOf } from './pace.ts';
import { count, duration, percent } from '../../verbs/view/format.ts';
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
/** Of the bar: the widest that fits. */
const barWidths = [20, 10];
/** A beginning of a detail that is shorter than this says nothing. */
const shortestDetail = 12;
/** Of a longer one this much stands beside a bar. */
const steadyDetail = 28;

type Progress = Extract<ProgressEvent, { kind: 'progress' }>;
type StageEvent = Extract<ProgressEvent, { kind: 'stage' }>;

function bar(share: number, width: number): string {
  const filled = Math.round(width * share);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

const joined = (parts: readonly string[], between = '  '): string =>
  parts.filter((part) => part !== '').join(between);

/** `snapshot 45,000/1,000,000`. */
const counted = ({ label, done, total }: Progress): string =>
  printable(total > 0 ? `${label} ${count(done)}/${count(total)}` : `${label} ${count(done)}`);

/** Nothing is done before it is: a hundred is for the end alone. */
function shareText(event: Progress): string {
  const share = shareOf(event);
  if (share === 0 && event.total <= 0) return '';
  const whole = Math.round(share * 100);
  return percent(whole === 100 && share < 1 ? 0.99 : whole / 100);
}

/** `snapshot 45,000/90,000  12,000/s, about 4 s left  cells read`; with the share where nothing else tells it. */
function progressText(event: Progress, { rate, left }: Pace): string {
  const share = event.total > 0 ? '' : shareText(event);
  return joined([counted(event), share, joined([rate, left], ', '), printable(event.detail)]);
}

/** All of it where it fits; else without the bar, then without the rate; of the detail its beginning. What is done and how long it takes stay longest. */
function liveText(event: Progress, pace: Pace, columns: number): string {
  // Before it stands a sign and a blank, behind it nothing: some terminals would go on to the next line.
  const room = columns - 3;
  const [figures, detail, share] = [counted(event), printable(event.detail), shareText(event)];
  const { left } = pace;
  const paced = joined([figures, joined([pace.rate, left], ', ')]);
  const whole = joined([paced, detail]);
  const withShare = share === '' ? [] : [`${share.padStart(5)}  ${paced}`];
  const drawn = share === '' ? [] : barWidths.map((width) => `${bar(shareOf(event), width)} ${withShare[0]}`);
  // A detail that grows and shrinks does not make the bar come and go.
  const least = Math.min(displayWidth(detail), steadyDetail) + 2;
  const steady = [...drawn, ...withShare].find((text) => displayWidth(text) + least <= room);
  if (steady !== undefined) return joined([steady, truncate(detail, room - displayWidth(steady) - 2)]);
  const beside = joined([figures, left]);
  const detailRoom = room - displayWidth(beside) - 2;
  return (
    [
      whole,
      joined([beside, detail]),
      ...(detailRoom < shortestDetail ? [] : [joined([beside, truncate(detail, detailRoom)])]),
      beside,
      joined([event.label, share, left]),
      joined([event.label, share]),
    ].find((text) => displayWidth(text) <= room) ?? truncate(figures, room)
  );
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
