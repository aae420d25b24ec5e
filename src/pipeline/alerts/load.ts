import { checkAlerts } from './checks.ts';
import type { AlertsSection } from './section.ts';
import type { CodeReader } from '../code/readDocument.ts';
import { readPipelineDocument } from '../code/readDocument.ts';
import { overlaid, writtenEnvironments } from '../environments/apply.ts';
import { displayPath } from '../loadText.ts';
import { alerts } from '../schema/alerts.ts';
import { completed } from '../../accepts.ts';

/**
 * The section `alerts` of a pipeline file alone, also where the rest of the file is wrong: that a pipeline cannot be read any
 * more is something to be told. Null: there is none, or it is wrong itself.
 */
export async function loadAlerts(
  file: string,
  root: string,
  readCode: CodeReader,
  env: string | undefined,
): Promise<AlertsSection | null> {
  const display = displayPath(root, file);
  const written = writtenEnvironments((await readPipelineDocument(file, display, readCode)).value);
  const value =
    env === undefined || !written.environments.has(env) ? written.base : overlaid(written, env).value;
  if (typeof value !== 'object' || value === null || !('alerts' in value)) return null;
  const whole = completed(alerts, value.alerts);
  if (whole === undefined) return null;
  const section = whole as AlertsSection;
  return checkAlerts(section).length === 0 ? section : null;
}
