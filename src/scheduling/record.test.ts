import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentText, parseEnvironment, takenVariables } from './environmentFile.ts';
import {
  isScheduleId,
  parseRecord,
  parseState,
  parseVerbs,
  recordText,
  scheduleId,
  stateText,
} from './record.ts';
import type { ScheduleRecord } from './schedule.ts';

const place = {
  pipeline: 'churn',
  verbs: ['monitor', 'retrain'],
  root: '/srv/churn',
  store: '/srv/churn/.aieng',
} as const;
const record: ScheduleRecord = {
  schema: 1,
  id: scheduleId(place),
  ...place,
  expression: '0 3 * * *',
  timezone: 'Europe/Berlin',
  on: 'cron',
  installedAt: 1_767_225_600_000,
  environment: ['PATH'],
};

describe('an id', () => {
  it('tells pipelines, verbs, projects and stores apart', () => {
    const ids = [
      place,
      { ...place, pipeline: 'prices' },
      { ...place, verbs: ['monitor'] as const },
      { ...place, verbs: ['run', 'predict'] as const },
      { ...place, root: '/srv/other' },
      { ...place, store: '/mnt/store' },
    ].map(scheduleId);
    expect(new Set(ids).size).toBe(6);
    expect(ids.every(isScheduleId)).toBe(true);
    expect(scheduleId(place)).toBe(record.id);
  });

  it.each(['../x-00000000', 'churn', 'churn-monitor', 'CHURN-monitor-00000000', 'a b-monitor-00000000', ''])(
    '%j is none',
    (id) => {
      expect(isScheduleId(id)).toBe(false);
    },
  );
});

describe('a record', () => {
  it('is read as it was written, in whatever order of keys', () => {
    expect(parseRecord(recordText(record), 'x')).toEqual(record);
    const turned = JSON.stringify(Object.fromEntries(Object.entries(record).reverse()));
    expect(recordText(parseRecord(turned, 'x'))).toBe(recordText(record));
  });

  it('is a usage error for any other JSON, never anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => parseRecord(text, 'x.json')).toThrow(expect.objectContaining({ exitCode: 2 }));
        expect(parseState(text)).toBeUndefined();
      }),
    );
  });

  it('keeps the state, and knows a damaged one', () => {
    const state = { lastSlot: 1_767_225_600_000, startedAt: 1_767_225_600_123 };
    expect(parseState(stateText(state))).toEqual(state);
    for (const lastSlot of [9e15, -1, 0.5, '1', null])
      expect(parseState(JSON.stringify({ ...state, lastSlot }))).toBeUndefined();
  });
});

it('does verbs in their order, each once', () => {
  expect(parseVerbs('retrain, monitor,retrain')).toEqual(['monitor', 'retrain']);
  expect(parseVerbs('predict,run')).toEqual(['run', 'predict']);
  expect(() => parseVerbs('monitor,')).toThrow(expect.objectContaining({ exitCode: 2 }));
});

describe('the environment file', () => {
  it('gives back any value, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const taken = takenVariables(['SECRET'], { SECRET: value, PATH: '/bin', OTHER: 'no' });
        expect(parseEnvironment(environmentText(taken), 'x')).toEqual({ PATH: '/bin', SECRET: value });
      }),
    );
  });

  it.each(['{', '[]', 'null', '{"A":1}', '{"A=B":"c"}', '{"__proto__x y":"c"}'])(
    'refuses %s without repeating it',
    (text) => {
      expect(() => parseEnvironment(text, '/x.env')).toThrow(
        expect.objectContaining({ code: 'schedule-damaged', exitCode: 2 }),
      );
    },
  );
});
