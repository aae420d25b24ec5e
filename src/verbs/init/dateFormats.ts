import { timeWriting } from '../../data/cells/formats/timeWriting.ts';
import { usageError } from '../../errors.ts';
import type { TimePatterns } from '../../validation/inference/decision.ts';

/**
 * The formats of `--date-format`: `when=DD/MM/YYYY` for a column, `DD/MM/YYYY` for every column that has such dates.
 *
 * @throws usage error `date-format-invalid`.
 */
export function timePatternsOf(given: readonly string[]): TimePatterns {
  return new Map(
    given.map((text) => {
      const at = text.lastIndexOf('=');
      const [column, pattern] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
      const writing = timeWriting({ pattern });
      if (typeof writing !== 'string') return [column, pattern] as const;
      throw usageError({
        code: 'date-format-invalid',
        message: `--date-format: ${JSON.stringify(pattern)} is no pattern of times: ${writing}.`,
        hint: 'Write for example --date-format "when=DD/MM/YYYY HH:mm" (also epoch-seconds, epoch-milliseconds, spreadsheet-days).',
      });
    }),
  );
}
