import type { Rejection } from '../../data/source.ts';
import { relative, resolve, sep } from 'node:path';
import type { Location } from '../../errors.ts';

/**
 * One thing that a command has to tell those who review a change: a line under a file in a pull request, a test case
 * of a JUnit report, a result of a SARIF report.
 */
export interface Annotation {
  readonly level: 'error' | 'warning';
  /** Which kind of thing it is, the same in every run: `gate`, `record-rejected`, `unexpected-value`. */
  readonly rule: string;
  /** What it is about, the same as long as the thing itself is: a gate's name, a column. No figures. */
  readonly about: string;
  readonly title: string;
  readonly message: string;
  readonly at?: Location | null;
}

/**
 * A file as the repository knows it, with `/`; null where it is outside. `root` is the folder that `file` is relative
 * to; both folders are absolute.
 *
 * @example repositoryPath('pipelines/a.yaml', '/repo/models', '/repo') === 'models/pipelines/a.yaml'
 */
export function repositoryPath(file: string, root: string, repository: string): string | null {
  const inside = relative(repository, resolve(root, file));
  const outside = inside === '' || inside === '..' || inside.startsWith(`..${sep}`);
  return outside || resolve(inside) === inside ? null : inside.split(sep).join('/');
}

/** Rejected records under their line. */
export const rejectionAnnotations = (rejections: readonly Rejection[]): readonly Annotation[] =>
  rejections.map(({ file, line, column, reason }) => ({
    level: 'warning',
    rule: 'record-rejected',
    about: column === undefined ? reason : `${column}: ${reason}`,
    title: column === undefined ? 'record rejected' : `record rejected: ${column}`,
    message: reason,
    at: { file, ...(line > 0 ? { line } : {}) },
  }));
