import { appendFile, stat } from 'node:fs/promises';
import type { Outcome } from '../project/outcome.ts';
import type { Failure } from './failure.ts';
import { failureText } from './failure.ts';
import { describeFailure } from './failure.ts';
import type { Block, View } from '../verbs/view/blocks.ts';
import type { Channel } from './render/channel.ts';
import type { GlobalFlags } from '../verbs/flags.ts';
import type { ReportPlaces } from './reportFiles.ts';

/** Everything that printing needs: the two ways out, and what the command was told. */
export interface Desk {
  readonly out: Channel;
  readonly err: Channel;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly scrub: (text: string) => string;
  /** aieng's own version. */
  readonly version: string;
}

/** What was said about the command while it ran. */
export interface Told {
  readonly command: string;
  readonly durationMs: number;
  readonly flags: GlobalFlags;
  /** The folder that file names are relative to. */
  readonly root: string;
  /** Where the reports for CI servers go. */
  readonly reports: ReportPlaces;
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}

async function appendSummary(desk: Desk, blocks: readonly Block[]): Promise<void> {
  const file = desk.variables.GITHUB_STEP_SUMMARY;
  if (file === undefined || file === '') return;
  const { summaryText } = await import('./render/github.ts');
  try {
    await appendFile(file, summaryText(blocks, await sizeOf(file), desk.scrub));
  } catch (error) {
    warn(desk, 'the step summary could not be written', error);
  }
}

async function tellGitHub<Result>(
  desk: Desk,
  outcome: Outcome<Result>,
  view: View<Outcome<Result>>,
  told: Told,
): Promise<void> {
  const { annotationLines } = await import('./render/github.ts');
  const { outcomeAnnotations } = await import('./render/outcomeNotices.ts');
  const { scrubAnnotations } = await import('./render/ciReport.ts');
  const annotations = scrubAnnotations(outcomeAnnotations(outcome, view.annotations?.(outcome)), desk.scrub);
  desk.err.write(annotationLines(annotations, told.root, desk.variables));
  await appendSummary(desk, view.blocks(outcome));
}

const asked = ({ junit, sarif }: ReportPlaces): boolean => junit !== undefined || sarif !== undefined;

const warn = (desk: Desk, what: string, error: unknown): void => {
  desk.err.write(`warning: ${what}: ${error instanceof Error ? error.message : String(error)}\n`);
};

/**
 * Before anything is printed: where a report that was asked for cannot be written, a command that did its work says so
 * and ends with that error. One that ends with a verdict (3, 4, 5) keeps it.
 */
async function reportOutcome<Result>(
  desk: Desk,
  outcome: Outcome<Result>,
  view: View<Outcome<Result>>,
  told: Told,
): Promise<void> {
  if (!asked(told.reports)) return;
  const { writeReports } = await import('./reportFiles.ts');
  const { outcomeReport } = await import('./render/ciReport.ts');
  const report = outcomeReport(outcome, view.annotations?.(outcome) ?? [], {
    ...told,
    version: desk.version,
  });
  try {
    await writeReports(desk, report, { places: told.reports, root: told.root });
  } catch (error) {
    if (outcome.exitCode === 0) throw error;
    warn(desk, 'the report could not be written', error);
  }
}

async function reportFailure(
  desk: Desk,
  failure: Failure,
  told: Omit<Told, 'flags'> & { readonly pipeline: string | null },
): Promise<void> {
  if (!asked(told.reports)) return;
  const { writeReports } = await import('./reportFiles.ts');
  const { failureReport } = await import('./render/ciReport.ts');
  try {
    await writeReports(desk, failureReport(failure, { ...told, version: desk.version }), {
      places: told.reports,
      root: told.root,
    });
  } catch (error) {
    warn(desk, 'the report could not be written', error);
  }
}

/** Prints what came out: `--json`, the essential answer, or the whole text; on GitHub annotations and summary too. */
export async function deliverOutcome<Result>(
  desk: Desk,
  outcome: Outcome<Result>,
  view: View<Outcome<Result>>,
  told: Told & { readonly stdoutIsData: boolean; readonly warned: ReadonlySet<string> },
): Promise<void> {
  const { flags } = told;
  await reportOutcome(desk, outcome, view, told);
  if (!flags.quiet) {
    const { printable, wrap } = await import('../verbs/view/width.ts');
    const unsaid = outcome.warnings.filter((warning) => !told.warned.has(warning));
    const { shortenedWarnings } = await import('./render/shortened.ts');
    const mark = 'warning: ';
    // A pipe gets a warning as one line, as it is; a terminal would break it within words.
    const fitted = (text: string): string =>
      desk.err.tty ? wrap(text, desk.err.columns() - mark.length).join(`\n${' '.repeat(mark.length)}`) : text;
    for (const warning of shortenedWarnings(unsaid, flags.verbose))
      desk.err.write(`${desk.err.ink('warn', mark.trim())} ${fitted(printable(warning))}\n`);
  }
  if (flags.json) {
    const { outcomeJson } = await import('./render/json.ts');
    desk.out.write(outcomeJson(outcome, told, desk.scrub));
  } else {
    const channel = told.stdoutIsData ? desk.err : desk.out;
    const { layout } = await import('./render/layout.ts');
    const { printable } = await import('../verbs/view/width.ts');
    const text = flags.quiet
      ? view
          .essential(outcome)
          .map((line) => `${printable(line)}\n`)
          .join('')
      : layout(view.blocks(outcome), { columns: channel.columns(), ink: channel.ink });
    channel.write(text);
  }
  if (outcome.refusal !== undefined) {
    const failure = describeFailure(outcome.refusal, { interrupted: false, verbose: false, root: told.root });
    const columns = desk.err.tty ? desk.err.columns() : Infinity;
    desk.err.write(failureText(failure, { columns, ink: desk.err.ink }));
  }
  const { underGitHub } = await import('./render/github.ts');
  if (underGitHub(desk.variables)) await tellGitHub(desk, outcome, view, told);
}

/** Prints what went wrong: the text on stderr always, the error object of `--json`, GitHub's annotation and summary. */
export async function deliverFailure(
  desk: Desk,
  failure: Failure,
  told: Omit<Told, 'flags'> & { readonly json: boolean; readonly pipeline: string | null },
): Promise<void> {
  // A log is searched: its lines stay whole.
  const columns = desk.err.tty ? desk.err.columns() : Infinity;
  desk.err.write(failureText(failure, { columns, ink: desk.err.ink }));
  if (told.json) {
    const { failureJson } = await import('./render/json.ts');
    desk.out.write(failureJson(failure, told, desk.scrub));
  }
  await reportFailure(desk, failure, told);
  const { annotationLines, underGitHub } = await import('./render/github.ts');
  if (!underGitHub(desk.variables)) return;
  const { failureAnnotations } = await import('./render/outcomeNotices.ts');
  const { scrubAnnotations } = await import('./render/ciReport.ts');
  const annotations = scrubAnnotations(failureAnnotations(failure, told.command), desk.scrub);
  desk.err.write(annotationLines(annotations, told.root, desk.variables));
  const { headline, paragraph } = await import('../verbs/view/blocks.ts');
  const title = `aieng ${told.command}: ${failure.code}`;
  await appendSummary(desk, [headline('bad', title, failure.message), paragraph(failure.hint)]);
}
