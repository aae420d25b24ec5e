import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockIds, blockOf, blockText, withBlock } from './crontab.ts';
import { crontabLines, lookingMinutes } from './crontabLines.ts';
import { parseExpression } from '../cron/expression.ts';
import { crontabCommand, execWord, shellWord } from './quoting.ts';

const id = 'churn-monitor-retrain-0a1b2c3d';
const block = blockText(id, ['0 3 * * * run', '@reboot run']);

describe('withBlock', () => {
  it.each([
    ['nothing', ''],
    ['lines', 'MAILTO=me\n5 4 * * * backup\n'],
    ['no newline at the end', '5 4 * * * backup'],
    ['CRLF', '5 4 * * * backup\r\n# über\r\n'],
    ['only a newline', '\n'],
  ])('undoes what it did to %s, to the byte', (_, crontab) => {
    const installed = withBlock(crontab, id, block);
    expect(installed.startsWith(crontab)).toBe(true);
    expect(installed.endsWith('\n')).toBe(true);
    expect(blockOf(installed, id)).toBe(block);
    expect(withBlock(installed, id, block)).toBe(installed);
    expect(withBlock(installed, id, null)).toBe(crontab);
  });

  it('keeps whatever others wrote, before, after and of other schedules', () => {
    const line = fc.string().map((text) => text.replaceAll(/[\n]|aieng:/g, ' '));
    fc.assert(
      fc.property(fc.array(line), fc.array(line), fc.boolean(), (before, after, open) => {
        const foreign = before.map((text) => `${text}\n`).join('');
        const rest = after.map((text) => `${text}\n`).join('') + (open ? 'last' : '');
        const other = blockText('other-monitor-00000000', ['@daily x']);
        const crontab = foreign + block + other + rest;
        const changed = blockText(id, ['0 4 * * * run']);
        expect(withBlock(crontab, id, changed)).toBe(foreign + changed + other + rest);
        expect(withBlock(crontab, id, null)).toBe(foreign + other + rest);
        expect(withBlock(foreign + rest, id, null)).toBe(foreign + rest);
      }),
    );
  });

  it('undoes itself on anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r', '#', '%') }), (crontab) => {
        expect(withBlock(withBlock(crontab, id, block), id, null)).toBe(crontab);
      }),
    );
  });

  it.each([
    ['its end is gone', block.replace(/# aieng:\S+ end\n/, '')],
    ['its beginning is gone', block.replace(/^.*\n/, '')],
    ['it is there twice', block + block],
    ['it ends before it begins', block.split('\n').reverse().join('\n')],
  ])('touches nothing where %s, and says what to do', (_, crontab) => {
    expect(() => withBlock(crontab, id, block)).toThrow(
      expect.objectContaining({ code: 'crontab-block-broken', exitCode: 2 }),
    );
  });

  it('finds the blocks of all projects', () => {
    expect(blockIds(`x\n${block}${blockText('b-monitor-00000000', [])}`)).toEqual([id, 'b-monitor-00000000']);
  });
});

describe('crontabLines', () => {
  const entry = {
    expression: parseExpression('0 3 * * *'),
    timezone: 'UTC',
    machineTimezone: 'UTC',
    command: ['/usr/bin/node', '/opt/aieng/bin/aieng.js', '__scheduled', "/home/ü 100%/it's/x.json"],
    log: '/home/x.log',
  };

  it('runs at the times, and after a start', () => {
    const run = `{ /usr/bin/node /opt/aieng/bin/aieng.js __scheduled '/home/ü 100\\%/it'\\''s/x.json' >>/home/x.log 2>&1; } 2>/dev/null`;
    expect(crontabLines(entry)).toEqual([`0 3 * * * ${run}`, `@reboot ${run}`]);
  });

  it("looks every quarter of an hour where the schedule's zone is not cron's", () => {
    const [comment, line] = crontabLines({ ...entry, timezone: 'Asia/Kathmandu' });
    expect(comment).toMatch(/^# .*Asia\/Kathmandu/);
    expect(line).toMatch(/^0,15,30,45 \* \* \* \* /);
    expect(lookingMinutes([7, 59])).toBe('7,14,22,29,37,44,52,59');
    expect(lookingMinutes(parseExpression('* * * * *').minute.values)).toBe('*');
  });

  it('refuses what cron cannot hold', () => {
    expect(() => crontabLines({ ...entry, log: `/${'x'.repeat(1000)}` })).toThrow(
      expect.objectContaining({ exitCode: 2 }),
    );
    expect(() => crontabLines({ ...entry, log: '/home/a\n* * * * * evil' })).toThrow(
      expect.objectContaining({ code: 'path-not-schedulable' }),
    );
  });
});

describe('quoting', () => {
  it('a shell reads back any word, as cron hands it on', () => {
    const words = [
      "it's",
      'a b',
      '$(touch x)',
      '`x`',
      '100%',
      '\\',
      '"',
      'ü',
      '*',
      ';',
      '~',
      '',
      '&&',
      '>x',
      '!',
    ];
    const line = crontabCommand(['printf', '%s\\0', ...words].map(shellWord).join(' '));
    // Cron takes away the backslash before a percent sign (crontab(5)).
    const { stdout } = spawnSync('/bin/sh', ['-c', line.replaceAll('\\%', '%')], { encoding: 'utf8' });
    expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  });

  it('a unit sees neither specifiers nor variables', () => {
    expect(execWord('/a "b" 100% $HOME \\x')).toBe('"/a \\"b\\" 100%% $$HOME \\\\x"');
  });
});
