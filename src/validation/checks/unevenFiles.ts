import type { Check } from './check.ts';
import { isLeftOut, rowCount } from './check.ts';

const namesShown = 5;

/** Of the files that are read as one source, some lack columns that others have. */
export const unevenFiles: Check = {
  name: 'uneven-files',
  description: 'Some of the files of a source lack columns that others have; they are missing in their rows.',
  run: (input) => {
    const { uneven = [] } = input;
    const lacked = new Set(uneven.flatMap(({ lacks }) => lacks));
    const names = [...lacked].filter((name) => !isLeftOut(input, name));
    return names.map((name) => {
      const files = uneven.filter(({ lacks }) => lacks.includes(name));
      const records = files.reduce((sum, file) => sum + file.records, 0);
      const shown = files.slice(0, namesShown).map(({ file }) => file);
      const more = files.length > namesShown ? `, … (${files.length} files)` : '';
      return {
        check: 'uneven-files',
        column: name,
        severity: 'warning',
        message: `${name} is not in ${shown.join(', ')}${more}: it is missing in ${rowCount(records)} of ${files.length === 1 ? 'this file' : 'these files'}.`,
        count: records,
        examples: [],
        fix: `Write ${name} into every file, or drop it under features: whether it is there tells the file.`,
      };
    });
  },
};
