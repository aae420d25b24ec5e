/** More than this nobody reads, and the result would scroll out of sight. */
const most = 100;

/** Warnings for a terminal: the first hundred, then how many there are besides. All of them with `--verbose`. */
export function shortenedWarnings(warnings: readonly string[], verbose: boolean): readonly string[] {
  const left = warnings.length - most;
  if (verbose || left <= 1) return warnings;
  return [...warnings.slice(0, most), `and ${left} warnings more: --verbose tells all of them, --json too.`];
}
