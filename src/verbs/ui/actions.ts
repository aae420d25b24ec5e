import type { Context } from '../../project/context.ts';
import { findRun } from '../../project/tried/tried.ts';
import { markRun } from '../../project/tried/mark.ts';
import { moveAlias } from '../../project/versions/moveAlias.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { Action } from '../../ui/page.ts';

/** What may be done in the pages, each by the function that the command calls. */
export const actions = (context: Context): readonly Action[] => [
  {
    name: 'tag',
    act: async (form) => {
      const run = await findRun(context, form.get('run') ?? '');
      const tags = (form.get('tags') ?? '').split(/\s+/).filter((tag) => tag !== '');
      await markRun(context, run, { action: 'tag', tags });
      return `/runs/${run.id}`;
    },
  },
  {
    name: 'note',
    act: async (form) => {
      const run = await findRun(context, form.get('run') ?? '');
      await markRun(context, run, {
        action: 'note',
        note: (form.get('note') ?? '').replaceAll('\r\n', '\n').trim(),
      });
      return `/runs/${run.id}`;
    },
  },
  {
    name: 'alias',
    act: async (form) => {
      const { name, version, bundle } = await resolveBundle(context, form.get('bundle') ?? '');
      await moveAlias(context, name, form.get('alias') ?? '', {
        bundle: `${name}@${version ?? ''}`,
        remove: false,
        why: form.get('why') ?? '',
      });
      return `/lineage/${bundle.digest}`;
    },
  },
];
