import { usageError } from '../../../../errors.ts';
import { lint } from '../lint/lint.ts';
import type { KubernetesObject } from '../object.ts';
import { checkSchema } from './schemaCheck.ts';

const mostShown = 20;

/**
 * The last look before anything is applied: every object against its schema, then all of them against the rules.
 *
 * @throws `usageError` `manifest-invalid` that lists what is wrong
 */
export async function checkManifests(objects: readonly KubernetesObject[]): Promise<void> {
  const problems = (await Promise.all(objects.map(checkSchema))).flat();
  const wrong = problems.map(({ object, path, message }) => `${object} ${path}: ${message}`);
  // Rules read what a schema has vouched for.
  const findings = problems.length > 0 ? [] : lint(objects);
  const found = findings.map(({ rule, object, path, message }) => `${object} ${path}: ${message} (${rule})`);
  const lines = [...wrong, ...found];
  if (lines.length === 0) return;
  const more = lines.length > mostShown ? [`… and ${lines.length - mostShown} more`] : [];
  throw usageError({
    code: 'manifest-invalid',
    message: `${lines.length} ${lines.length === 1 ? 'thing is' : 'things are'} wrong with the objects that a cluster would get:\n  ${[...lines.slice(0, mostShown), ...more].join('\n  ')}`,
    hint: findings[0]?.fix ?? 'Correct deploy.kubernetes in the pipeline file, and deploy again.',
  });
}
