import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../project/context.ts';
import type { Channel } from './channel.ts';
import { noInk } from './ink.ts';
import { progressReporter } from './progress.ts';

function recorded(tty: boolean, flags: { quiet?: boolean; verbose?: boolean } = {}, columns = 60) {
  let text = '';
  let now = 0;
  const channel: Channel = {
    tty,
    ink: noInk,
    columns: () => columns,
    write: (more) => {
      text += more;
    },
    flush: async () => undefined,
    closed: () => false,
    failure: () => null,
  };
  const reporter = progressReporter({ channel, quiet: false, verbose: false, ...flags, elapsed: () => now });
  return {
    report(event: ProgressEvent, afterMs = 0): void {
      now += afterMs;
      reporter.report(event);
    },
    reporter,
    text: () => text,
  };
}

const epoch = (done: number): ProgressEvent => ({
  kind: 'progress',
  label: 'epoch',
  done,
  total: 100,
  detail: 'loss .4',
});
const ran: ProgressEvent = {
  kind: 'stage',
  stage: 'train',
  state: 'ran',
  reason: 'the seed changed',
  durationMs: 12_340,
};

describe('in a log', () => {
  it('has a line for a stage, none for short work, one every 5 s for long work', () => {
    const log = recorded(false);
    log.report(epoch(1));
    log.report(epoch(2), 100);
    log.report(epoch(50), 5000);
    log.report(epoch(60), 100);
    log.report(ran);
    expect(log.text()).toBe(
      '  epoch 50/100  about 5 s left  loss .4\n✔ train       ran        12.3 s  the seed changed\n',
    );
  });

  it('shows warnings as printable text and remembers them', () => {
    const log = recorded(false);
    log.report({ kind: 'warning', message: 'column \u001b[2J' });
    expect(log.text()).toBe('warning: column \\x1b[2J\n');
    expect(log.reporter.warned.has('column \u001b[2J')).toBe(true);
  });
});

describe('on a terminal', () => {
  it('draws one line over itself, within the width, and takes it away', () => {
    const screen = recorded(true);
    screen.report(epoch(34));
    expect(screen.text()).toMatch(/^\r\u001b\[2K. █+░+ +34 % {2}epoch 34\/100 {2}loss \.4$/);
    screen.report(epoch(35), 10);
    expect(screen.text()).not.toContain('35/100');
    screen.report(ran, 100);
    expect(screen.text().endsWith('\r\u001b[2K✔ train       ran        12.3 s  the seed changed\n')).toBe(
      true,
    );
    const before = screen.text();
    screen.reporter.clear();
    expect(screen.text()).toBe(before);
  });

  it('cuts no figure at any width: the bar goes first, then the rate, then the detail', () => {
    const last = (columns: number): string => {
      const screen = recorded(true, {}, columns);
      const rows = { kind: 'progress', label: 'ingest', total: 1_000_000, detail: 'rows written' } as const;
      screen.report({ ...rows, done: 0 });
      screen.report({ ...rows, done: 317_500 }, 4_000);
      return screen.text().split('\r\u001b[2K').at(-1)!.slice(2);
    };
    expect([120, 80, 60, 40, 28].map(last)).toEqual([
      '██████░░░░░░░░░░░░░░  32 %  ingest 317,500/1,000,000  79,375/s, about 9 s left  rows written',
      ' 32 %  ingest 317,500/1,000,000  79,375/s, about 9 s left  rows written',
      'ingest 317,500/1,000,000  about 9 s left  rows written',
      'ingest  32 %  about 9 s left',
      'ingest  32 %',
    ]);
    for (let columns = 20; columns <= 130; columns += 1)
      expect(last(columns).length + 3).toBeLessThanOrEqual(columns);
  });

  it('keeps its bar while the detail grows and shrinks', () => {
    for (const columns of [80, 100, 120]) {
      const beginnings = ['gbdt: log_loss 0.4', `gbdt: log_loss 0.4; ${'8'.repeat(90)} rows`].map(
        (detail) => {
          const screen = recorded(true, {}, columns);
          screen.report({ kind: 'progress', label: 'train', done: 34, total: 967, detail });
          const line = screen.text().split('\r\u001b[2K').at(-1)!;
          expect(line.length).toBeLessThan(columns);
          return line.slice(1, line.indexOf('gbdt'));
        },
      );
      expect(beginnings[1]).toBe(beginnings[0]);
      expect(beginnings[0]).toContain('█');
    }
  });

  it('shows the share of a file where its rows are not counted yet, and never a whole before the end', () => {
    const screen = recorded(true, {}, 80);
    screen.report({
      kind: 'progress',
      label: 'ingest',
      done: 1234,
      total: 0,
      detail: 'rows read',
      share: 0.999,
    });
    expect(screen.text()).toContain('99 %  ingest 1,234  rows read');
    const log = recorded(false, { verbose: true });
    log.report({ kind: 'progress', label: 'ingest', done: 1234, total: 0, detail: 'rows read', share: 0.5 });
    expect(log.text()).toBe('  ingest 1,234  50 %  rows read\n');
  });

  it('shows a count where the end is not known', () => {
    const screen = recorded(true);
    screen.report({ kind: 'progress', label: 'rows', done: 344, total: 0, detail: 'read' });
    expect(screen.text()).toContain('rows 344  read');
  });
});

it('--quiet shows nothing', () => {
  const quiet = recorded(true, { quiet: true });
  quiet.report(ran);
  quiet.report({ kind: 'warning', message: 'x' });
  expect(quiet.text()).toBe('');
});
