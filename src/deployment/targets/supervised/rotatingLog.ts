import { appendFileSync, renameSync, rmSync, statSync } from 'node:fs';

/** A text file that never grows beyond `maxBytes`; the files before are `<file>.1`, `.2`, … */
export interface RotatingLog {
  write(text: string): void;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** Opens a log that keeps `files` older files. What cannot be written (disk full) is dropped: a log stops nothing. */
export function openRotatingLog(file: string, maxBytes = 5_000_000, files = 2): RotatingLog {
  let size = sizeOf(file);
  const rotate = (): void => {
    rmSync(`${file}.${files}`, { force: true });
    for (let i = files - 1; i >= 1; i -= 1)
      if (sizeOf(`${file}.${i}`) > 0) renameSync(`${file}.${i}`, `${file}.${i + 1}`);
    renameSync(file, `${file}.1`);
    size = 0;
  };
  return {
    write: (text) => {
      try {
        if (size > 0 && size + text.length > maxBytes) rotate();
        appendFileSync(file, text, { mode: 0o600 });
        size += Buffer.byteLength(text);
      } catch {
        // Nowhere is left to say it; the next line is tried again.
      }
    },
  };
}
