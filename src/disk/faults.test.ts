import { describe, expect, it } from 'vitest';
import { AiengError, dataError } from '../errors.ts';
import { explainFault, faultCode, isAbsent, onDisk } from './faults.ts';

const fault = (code: unknown, path?: unknown): Error =>
  Object.assign(new Error('no'), { code, ...(path === undefined ? {} : { path }) });

describe('the word of the system for a fault', () => {
  it('is the code of an error, if it has one', () => {
    expect(faultCode(fault('ENOENT'))).toBe('ENOENT');
    expect([
      faultCode(fault(2)),
      faultCode(new Error('x')),
      faultCode({ code: 'ENOENT' }),
      faultCode(null),
    ]).toEqual(['', '', '', '']);
    expect([isAbsent(fault('ENOENT')), isAbsent(fault('ENOTDIR')), isAbsent(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a fault of the disk', () => {
  it.each([
    ['EACCES', 'may not be read or written by this user', '--store'],
    ['EPERM', 'does not permit this', '--store'],
    ['EROFS', 'is on a read-only file system', 'AIENG_STORE'],
    ['ENOSPC', 'is on a disk that is full', 'Free some space'],
    ['EDQUOT', 'is over its disk quota', 'Free some space'],
    ['EFBIG', 'may not hold a file of that size', 'ulimit -f'],
    ['ENOTDIR', 'has a file where a folder is expected', 'Move that file away'],
    ['EISDIR', 'has a folder where a file is expected', 'Move that folder away'],
    ['EEXIST', 'has a file where a folder is expected', 'Move that file away'],
    ['ENAMETOOLONG', 'is too long a path', 'a shorter path'],
    ['ENOTSUP', 'without hard links', 'a local disk'],
    ['EOPNOTSUPP', 'without hard links', 'a local disk'],
    ['ENOSYS', 'without hard links', 'a local disk'],
    ['ELOOP', 'a chain of links without an end', '--store'],
    ['EMFILE', 'too many files are open', 'ulimit -n'],
    ['ENFILE', 'too many files are open', 'ulimit -n'],
    ['EIO', 'the disk reports an error', 'Check the disk'],
  ])('%s is told in words, with the path and what to do', (code, words, hint) => {
    const cause = fault(code, '/data/x');
    const error = explainFault(cause, '/data') as AiengError;
    expect(error).toBeInstanceOf(AiengError);
    expect(error).toMatchObject({ code: 'path-not-usable', exitCode: 2, cause });
    expect(error.message).toMatch(/^\/data\/x .* ?\([A-Z]+\)\.$/);
    expect(error.message).toContain(words);
    expect(error.message).toContain(`(${code})`);
    expect(error.hint).toContain(hint);
  });

  it('names the folder at hand where it names no path itself', () => {
    expect((explainFault(fault('EIO'), '/data') as AiengError).message).toMatch(/^\/data cannot/);
    expect((explainFault(fault('EIO', 7), '/data') as AiengError).message).toMatch(/^\/data cannot/);
  });

  it('leaves alone what is explained, and what is none', () => {
    const told = dataError({ code: 'x', message: 'm', hint: 'h' });
    for (const error of [told, fault('EWHAT'), fault('toString'), new TypeError('bug'), 'text', undefined])
      expect(explainFault(error, '/data')).toBe(error);
  });
});

describe('an effect on the disk', () => {
  it('gives what it gives, and its faults in words', async () => {
    expect(await onDisk('/data', () => Promise.resolve(7))).toBe(7);
    await expect(onDisk('/data', () => Promise.reject(fault('ENOSPC')))).rejects.toMatchObject({
      code: 'path-not-usable',
      message: '/data is on a disk that is full (ENOSPC).',
    });
    const bug = new TypeError('bug');
    await expect(onDisk('/data', () => Promise.reject(bug))).rejects.toBe(bug);
  });
});
