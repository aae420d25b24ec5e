import type { Annotation } from '../../verbs/view/annotation.ts';
import { repositoryPath } from '../../verbs/view/annotation.ts';
import type { Block } from '../../verbs/view/blocks.ts';
import { markdown } from '../../verbs/view/markdown.ts';

/** What a line under a file shows of an annotation. */
export type AnnotationLine = Omit<Annotation, 'rule' | 'about'>;

type Variables = Readonly<Record<string, string | undefined>>;

/** GitHub shows no more of a step. */
const most = 10;
/** GitHub's limit for a step summary, 1 MiB, and a little room for the sentence that says it was cut. */
const summaryLimit = 1024 * 1024;

/** Whether the command runs as a step of GitHub Actions. */
export const underGitHub = (variables: Variables): boolean => variables.GITHUB_ACTIONS === 'true';

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** The file as the repository knows it; a file outside it is named as it was given. */
function shownPath(file: string, root: string, variables: Variables): string {
  const workspace = variables.GITHUB_WORKSPACE;
  if (workspace === undefined || workspace === '') return file;
  return repositoryPath(file, root, workspace) ?? file;
}

function annotationLine(
  { level, title, message, at }: AnnotationLine,
  root: string,
  variables: Variables,
): string {
  const properties = [
    ...(at ? [`file=${escapeProperty(shownPath(at.file, root, variables))}`] : []),
    ...(at?.line === undefined ? [] : [`line=${at.line}`]),
    ...(at?.line === undefined || at.column === undefined ? [] : [`col=${at.column}`]),
    `title=${escapeProperty(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${escapeData(message)}\n`;
}

/**
 * Workflow commands for GitHub Actions, errors first, at most 10: where there are more, the last one says how many
 * were left out. `root` is the folder that the files of the annotations are relative to.
 */
export function annotationLines(
  annotations: readonly AnnotationLine[],
  root: string,
  variables: Variables,
): string {
  const ordered = [
    ...annotations.filter(({ level }) => level === 'error'),
    ...annotations.filter(({ level }) => level === 'warning'),
  ];
  const left = ordered.length - (most - 1);
  const shown: readonly AnnotationLine[] =
    ordered.length <= most
      ? ordered
      : [
          ...ordered.slice(0, most - 1),
          { level: 'warning', title: 'aieng', message: `… and ${left} more: see the step's log.` },
        ];
  return shown.map((annotation) => annotationLine(annotation, root, variables)).join('');
}

/**
 * What is appended to the step summary, given how many bytes stand there already; `''` where nothing fits. `scrub`
 * takes secrets out.
 */
export function summaryText(
  blocks: readonly Block[],
  bytesThere: number,
  scrub?: (text: string) => string,
): string {
  const text = `${markdown(blocks, scrub)}\n`;
  const room = summaryLimit - bytesThere;
  if (Buffer.byteLength(text) <= room) return text;
  const closing = '\n\n… cut: a step summary holds 1 MiB.\n';
  const kept = Buffer.from(text).subarray(0, Math.max(0, room - Buffer.byteLength(closing)));
  // A cut in the middle of a character leaves a replacement character of 3 bytes: take whole lines only.
  const lines = kept.toString('utf8').split('\n').slice(0, -1).join('\n');
  return lines === '' ? '' : lines + closing;
}
