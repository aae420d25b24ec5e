import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metrics } from '../statistics/metrics/index.ts';
import { compareRuns } from './runChanges.ts';
import type { RunOutput } from './runOutput.ts';
import { parseRunOutput } from './runOutput.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const digest = 'ab'.repeat(32);
const written = {
  schema: 1,
  command: 'run',
  pipeline: 'churn',
  ok: true,
  exitCode: 0,
  durationMs: 12,
  runId: '01J',
  bundle: digest,
  version: 3,
  stages: 'of no use here',
  metrics: { test: { log_loss: 0.41, r2: null }, train: { log_loss: 0.3 } },
  gates: [
    { name: 'baseline:log_loss', state: 'passed', value: 1, threshold: 2, because: 'better' },
    { name: 'champion:log_loss', state: 'skipped', value: null, threshold: null, because: 'none' },
  ],
  alarms: [{ kind: 'drift', message: 'tenure drifted', columns: ['tenure'] }],
  warnings: ['three'],
  result: { anything: [1] },
};
const parse = (value: unknown): RunOutput => parseRunOutput(bytes(JSON.stringify(value)), 'head.json');
const problem = (content: Uint8Array): unknown => {
  try {
    return parseRunOutput(content, 'head.json');
  } catch (error) {
    return error;
  }
};

describe('reading what a command wrote with --json', () => {
  it('keeps what can be compared', () => {
    expect(parse(written)).toEqual({
      command: 'run',
      pipeline: 'churn',
      ok: true,
      exitCode: 0,
      bundle: digest,
      version: 3,
      metrics: { test: { log_loss: 0.41 }, train: { log_loss: 0.3 } },
      gates: written.gates,
      alarms: written.alarms,
      warnings: ['three'],
    });
    expect(parseRunOutput(bytes(`\ufeff${JSON.stringify(written)}\n`), 'x')).toEqual(parse(written));
  });

  it('knows the pipeline of a command that failed early, where it was named by its path', () => {
    const failed = {
      ...written,
      ok: false,
      exitCode: 2,
      error: { code: 'x', message: 'm', hint: 'h', at: null },
    };
    expect(parse({ ...failed, pipeline: 'models/pipelines/churn.yaml' })).toMatchObject({
      pipeline: 'churn',
    });
    expect(parse({ ...failed, pipeline: '--> <script>' })).toMatchObject({ pipeline: null });
    expect(parse({ ...failed, pipeline: null }).error).toMatchObject({ code: 'x' });
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no JSON', '{"schema": 1'],
    ['another schema', JSON.stringify({ ...written, schema: 2 })],
    ['another thing', '[]'],
    ['a command that has nothing to compare', JSON.stringify({ ...written, command: 'status' })],
    ['a metric called as none is', JSON.stringify({ ...written, metrics: { test: { '<b>': 1 } } })],
    [
      '__proto__',
      '{"schema":1,"command":"run","pipeline":null,"ok":true,"exitCode":0,"warnings":[],"metrics":{"test":{"__proto__":1}}}',
    ],
    ['a figure that is a text', JSON.stringify({ ...written, metrics: { test: { log_loss: '0.4' } } })],
    [
      'a gate in no state',
      JSON.stringify({ ...written, gates: [{ name: 'a', state: 'maybe', because: '' }] }),
    ],
    ['a bundle that is no digest', JSON.stringify({ ...written, bundle: '../../x' })],
    ['very many warnings', JSON.stringify({ ...written, warnings: Array(1001).fill('x') })],
    ['deep nesting', '['.repeat(100_000)],
  ])('%s is a usage error that names the file', (_name, text) => {
    expect(problem(bytes(text))).toMatchObject({
      code: 'not-an-output',
      exitCode: 2,
      at: { file: 'head.json' },
    });
  });

  it('what is not UTF-8 is refused', () => {
    expect(problem(new Uint8Array([0x7b, 0xff, 0x7d]))).toMatchObject({ code: 'not-an-output' });
  });

  it('never throws anything but that', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(problem(bytes(text))).toMatchObject({ code: 'not-an-output' });
      }),
    );
  });
});

describe('two runs side by side', () => {
  const base = parse(written);

  it('every metric is better or worse by its own direction', () => {
    for (const { name, higherIsBetter } of metrics) {
      const [low, high] = [0.2, 0.3].map((value) =>
        parse({ ...written, metrics: { test: { [name]: value } } }),
      );
      expect(compareRuns(low!, high!).metrics[0]).toMatchObject({
        name,
        base: 0.2,
        head: 0.3,
        verdict: higherIsBetter ? 'better' : 'worse',
      });
      expect(compareRuns(high!, low!).metrics[0]?.verdict).toBe(higherIsBetter ? 'worse' : 'better');
    }
    // Said by hand, not by the table of metrics: errors and losses are better when they are lower.
    const lower = metrics.filter(({ higherIsBetter }) => !higherIsBetter).map(({ name }) => name);
    expect(lower.sort()).toEqual(['brier', 'calibration_error', 'cost', 'log_loss', 'mae', 'mape', 'rmse']);
  });

  it('says what is the same, new, gone, and of an unknown metric that it does not know', () => {
    const head = parse({ ...written, metrics: { test: { log_loss: 0.41, accuracy: 0.8, mine: 2 } } });
    const before = parse({ ...written, metrics: { test: { log_loss: 0.41, f1: 0.5, mine: 1 } } });
    expect(
      compareRuns(before, head).metrics.map(({ name, change, verdict }) => [name, change, verdict]),
    ).toEqual([
      ['log_loss', 0, 'same'],
      ['accuracy', null, 'new'],
      ['mine', 1, 'unknown'],
      ['f1', null, 'gone'],
    ]);
  });

  it('tells gates, alarms, warnings and the bundle', () => {
    const head = parse({
      ...written,
      bundle: 'cd'.repeat(32),
      gates: [
        { ...written.gates[0], state: 'failed', because: 'worse' },
        { name: 'absolute:log_loss', state: 'passed', because: 'low' },
      ],
      alarms: [],
      warnings: ['three', 'four'],
    });
    expect(compareRuns(base, head)).toMatchObject({
      pipeline: 'churn',
      metric: 'log_loss',
      bundle: 'changed',
      gates: [
        { name: 'baseline:log_loss', base: 'passed', head: 'failed', because: 'worse' },
        { name: 'absolute:log_loss', base: null, head: 'passed' },
        { name: 'champion:log_loss', base: 'skipped', head: null, because: 'none' },
      ],
      alarms: { appeared: [], gone: ['drift: tenure drifted'], stayed: [] },
      warnings: { appeared: ['four'], gone: [], stayed: ['three'] },
    });
    expect(compareRuns(base, base)).toMatchObject({
      bundle: 'unchanged',
      alarms: { stayed: ['drift: tenure drifted'] },
    });
  });

  it('a run compared with itself changes nothing; with no base everything is new', () => {
    expect(
      compareRuns(base, base).metrics.every(({ verdict, change }) => verdict === 'same' && change === 0),
    ).toBe(true);
    const first = compareRuns(null, base);
    expect(first.base).toBeNull();
    expect(first.bundle).toBe('unknown');
    expect(first.metrics.every(({ verdict, base: before }) => verdict === 'new' && before === null)).toBe(
      true,
    );
  });

  it('two pipelines are a usage error; one that failed before it knew its name is not', () => {
    const other = parse({ ...written, pipeline: 'fraud' });
    expect(() => compareRuns(base, other)).toThrow(/"churn".*"fraud"/);
    expect(compareRuns(base, { ...other, pipeline: null }).pipeline).toBe('churn');
  });
});
