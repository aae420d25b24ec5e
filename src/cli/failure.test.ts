import { describe, expect, it } from 'vitest';
import { dataError, exitCodes } from '../errors.ts';
import { describeFailure, failureText, locationText } from './failure.ts';
import { noInk } from './render/ink.ts';

const plain = { interrupted: false, verbose: false, root: '/project' };
const mistake = dataError({
  code: 'header-duplicate',
  message: 'rows.csv has "id" twice.',
  hint: 'Rename one.',
  at: { file: 'rows.csv', line: 1, column: 9 },
  cause: new Error('inner'),
});

describe('describeFailure', () => {
  it("takes a user's mistake as it is, without a stack, also with --verbose", () => {
    const failure = describeFailure(mistake, plain);
    expect(failure).toMatchObject({ exitCode: 3, code: 'header-duplicate', trace: [] });
    expect(describeFailure(mistake, { ...plain, verbose: true }).trace).toEqual(['caused by Error: inner']);
    expect(failureText(failure, { columns: 80, ink: noInk })).toBe(
      'error: rows.csv has "id" twice.\nat     rows.csv:1:9\nhint:  Rename one.\n',
    );
  });

  it('names a file of the project from its root, and any other as it is', () => {
    const at = (file: string): unknown =>
      describeFailure(dataError({ code: 'x', message: 'x', hint: 'x', at: { file, line: 2 } }), plain).at;
    expect(at('/project/pipelines/churn.yaml')).toEqual({ file: 'pipelines/churn.yaml', line: 2 });
    expect(at('/elsewhere/rows.csv')).toEqual({ file: '/elsewhere/rows.csv', line: 2 });
    expect(at('rows.csv')).toEqual({ file: 'rows.csv', line: 2 });
  });

  it.each([
    ['EACCES', 'permission denied'],
    ['ENOSPC', 'the disk is full'],
    ['EADDRINUSE', 'the port is in use'],
  ])('%s is the world, exit 2', (code, words) => {
    const error = Object.assign(new Error('x'), { code, syscall: 'open', path: '/data/x' });
    const failure = describeFailure(error, plain);
    expect(failure.exitCode).toBe(exitCodes.usage);
    expect(failure.message).toBe(`Cannot use /data/x: ${words}.`);
  });

  it('calls everything else a bug of ours, with a short stack and how to report it', () => {
    const failure = describeFailure(new TypeError('x is not a function'), plain);
    expect(failure.exitCode).toBe(1);
    expect(failure.message).toContain('TypeError: x is not a function');
    expect(failure.trace.length).toBeGreaterThan(0);
    expect(failure.trace.length).toBeLessThanOrEqual(8);
    expect(failure.hint).toContain('aieng doctor');
    expect(describeFailure('thrown text', plain).message).toContain('thrown text');
  });

  it('is the interruption once that was asked for', () => {
    expect(describeFailure(new Error('aborted'), { ...plain, interrupted: true })).toMatchObject({
      exitCode: 130,
      trace: [],
    });
  });
});

describe('locationText', () => {
  it('leaves out what is not known', () => {
    expect(locationText({ file: 'a.yaml' })).toBe('a.yaml');
    expect(locationText({ file: 'a.yaml', line: 2 })).toBe('a.yaml:2');
    expect(locationText({ file: 'a.yaml', line: 2, column: 3 })).toBe('a.yaml:2:3');
  });
});
