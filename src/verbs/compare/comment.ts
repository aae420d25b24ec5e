import type { RunComparison } from '../../evaluation/runChanges.ts';
import type { Comment } from './stickyComment.ts';
import { markdown } from '../view/markdown.ts';
import { comparisonBlocks } from './view.ts';

/** GitHub takes 65,536 characters. */
const limit = 65_000;
const closing = '\n\n… cut: a comment holds 65,000 characters.\n';
/** Invisible: GitHub links mentions, issues and addresses in the finished text, where no backslash protects them. */
const stop = '\u200b';

/** Makes sure that a text of somebody's data mentions nobody, refers to no issue and links nowhere. */
const unlinked = (text: string): string =>
  text
    .replaceAll('\\@', `@${stop}`)
    .replaceAll('\\#', `#${stop}`)
    .replaceAll('://', `:${stop}//`)
    .replaceAll(/\bwww\./gi, (word) => `${word.slice(0, -1)}${stop}.`)
    .replaceAll(/\bGH-(?=\d)/gi, (word) => `${word}${stop}`);

/** Whole lines up to the limit. */
function cut(text: string): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit - closing.length);
  return kept.slice(0, Math.max(0, kept.lastIndexOf('\n'))) + closing;
}

/**
 * A comparison as the one comment of a pull request that each run renews. Its first line is the marker by which the
 * next run finds it; nothing of what the runs said is taken as Markdown, HTML, mention or link. `scrub` takes secrets out.
 */
export function comparisonComment(comparison: RunComparison, scrub?: (text: string) => string): Comment {
  const marker = `<!-- aieng:${comparison.pipeline ?? ''} -->`;
  return { marker, body: cut(`${marker}\n${unlinked(markdown(comparisonBlocks(comparison), scrub))}`) };
}
