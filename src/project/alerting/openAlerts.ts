import { basename } from 'node:path';
import type { NamedReceiver } from '../../alerting/book.ts';
import { receiverName } from '../../pipeline/alerts/checks.ts';
import type { AlertsSection } from '../../pipeline/alerts/section.ts';
import { resolvePipeline } from '../../pipeline/load.ts';
import { loadAlerts } from '../../pipeline/alerts/load.ts';
import { pipelineFile } from '../../pipeline/code/readDocument.ts';
import { codeReader } from '../code/codePipeline.ts';
import type { Context } from '../context.ts';

/** A pipeline that tells somebody. */
export interface OpenAlerts {
  readonly pipeline: string;
  readonly section: AlertsSection;
  readonly receivers: readonly NamedReceiver[];
}

/** `churn` of `churn@3`: bundles are named by their pipeline. */
const pipelineOfBundle = (name: string | undefined): string | undefined => name?.replace(/@[^/]*$/, '');

/** The receivers of a pipeline; null where it has none, or nobody knows which pipeline is meant. */
export async function openAlerts(context: Context, named: string | undefined): Promise<OpenAlerts | null> {
  try {
    const file = await resolvePipeline(context.root, pipelineOfBundle(named), context.environment.cwd);
    const section = await loadAlerts(file, context.root, codeReader(context.root), context.env);
    if (section === null || section.sinks.length === 0) return null;
    return {
      pipeline: basename(file).replace(pipelineFile, ''),
      section,
      receivers: section.sinks.map((one) => ({ name: receiverName(one), section: one })),
    };
  } catch {
    // The command itself said what is wrong with its pipeline.
    return null;
  }
}
