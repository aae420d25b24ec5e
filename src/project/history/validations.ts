import type { ValidationPages } from '../../reporting/index.ts';
import { readValidated, writeValidated } from '../../tracking/runs/validations.ts';
import { utcFileName } from '../../utc.ts';
import type { LookedAt } from '../../validation/history.ts';
import { validatedOf } from '../../validation/history.ts';
import type { Context } from '../context.ts';
import { keepPage, pagesKept, removePages, writeIndex, writeNewest } from './pages.ts';

/** Pages of more looks than this are not kept; what trends are drawn of stays. */
const mostPages = 60;
const mostLooks = 1000;

/** Draws the index again, and takes away the pages that nobody needs any more. Nothing where there was no look yet. */
export async function drawValidations(context: Context, pipeline: string): Promise<void> {
  const { records, damaged } = await readValidated(context, pipeline, mostLooks);
  if (records.length === 0) return;
  const stay = new Set(records.slice(0, mostPages).map(({ content }) => utcFileName(content.at)));
  const there = await pagesKept(context, 'validation', pipeline);
  await removePages(
    context,
    'validation',
    pipeline,
    [...there].filter((name) => !stay.has(name)),
  );
  const { validationsPage } = await import('../../reporting/index.ts');
  const page = validationsPage({
    pipeline,
    looks: records.map(({ content }) => {
      const name = utcFileName(content.at);
      return { ...content, page: there.has(name) && stay.has(name) ? `${name}.html` : null };
    }),
    most: mostPages,
    damaged: damaged.length,
    latest: `../../${pipeline}-validation.html`,
  });
  await writeIndex(context, 'validation', pipeline, page);
}

/**
 * Writes the page of a look at a snapshot to where the newest always is; where it says something that the one kept before
 * does not, a page of its own too, which names no row, what trends are drawn of, and the index again. The path of the
 * newest.
 */
export async function tellValidation(
  context: Context,
  pipeline: string,
  looked: LookedAt,
  pages: ValidationPages,
): Promise<string> {
  const newest = await writeNewest(context, 'validation', pipeline, pages.newest);
  const { records } = await readValidated(context, pipeline, 1);
  const validated = validatedOf(looked, records[0]?.content);
  if (validated !== null) {
    await writeValidated(context, pipeline, context.environment.newId(), validated);
    await keepPage(context, 'validation', pipeline, utcFileName(looked.at), pages.kept);
  }
  await drawValidations(context, pipeline);
  return newest;
}
