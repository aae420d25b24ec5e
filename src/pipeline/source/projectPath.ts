import type { Problem } from '../problems.ts';
import { problem } from '../problems.ts';

/** A path of the project: with `/`, and inside of the root unless it is absolute. */
export function checkPath(pointer: string, path: string, mayBeAbsolute: boolean): Problem[] {
  if (path.includes('\0')) return [problem(pointer, 'a path cannot hold a NUL character', 'Take it out.')];
  if (path.includes('\\'))
    return [problem(pointer, 'paths are written with "/", got "\\"', 'Replace each "\\" by "/".')];
  const absolute = path.startsWith('/') || /^[A-Za-z]:/.test(path);
  if (absolute)
    return mayBeAbsolute
      ? []
      : [
          problem(
            pointer,
            'expected a path relative to the root, got an absolute one',
            'Keep it in the project.',
          ),
        ];
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0)
      return [
        problem(
          pointer,
          'the path leaves the project by ".."',
          mayBeAbsolute
            ? 'Move the file into the project, or write its absolute path (or ${NAME}).'
            : 'Keep it in the project.',
        ),
      ];
  }
  return [];
}
