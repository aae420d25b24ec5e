import type { MonitorSection } from '../../pipeline/pipeline.ts';
import type { MetricFacts } from './queries.ts';
import { queriesOf } from './queries.ts';

/** Lines of one panel: query and legend. */
type Lines = readonly (readonly [query: string, legend: string])[];

interface Panel {
  readonly title: string;
  /** Unit by Grafana's names. */
  readonly unit: string;
  readonly lines: Lines;
  /** Drawn as a line that should not be passed. */
  readonly limit?: number;
}

const columns = 2;
const width = 12;
const height = 8;
const source = { type: 'prometheus', uid: '${datasource}' };

function panelOf({ title, unit, lines, limit }: Panel, index: number): object {
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    datasource: source,
    gridPos: {
      x: (index % columns) * width,
      y: Math.floor(index / columns) * height,
      w: width,
      h: height,
    },
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        custom: { thresholdsStyle: { mode: limit === undefined ? 'off' : 'line' } },
        thresholds: {
          mode: 'absolute',
          steps: [
            { color: 'green', value: null },
            ...(limit === undefined ? [] : [{ color: 'red', value: limit }]),
          ],
        },
      },
      overrides: [],
    },
    targets: lines.map(([expr, legendFormat], at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: source,
      expr,
      legendFormat,
    })),
  };
}

function panelsOf(pipeline: string, health: MonitorSection['health'], facts: MetricFacts): readonly Panel[] {
  const { requestsBy, errorShare, latency, ofIt, rate } = queriesOf(pipeline, facts);
  const over = '$__rate_interval';
  const each = (series: string): string => `sum(${rate(series, over)})`;
  return [
    { title: 'Requests', unit: 'reqps', lines: [[requestsBy('status', over), '{{status}}']] },
    {
      title: 'Share that fails',
      unit: 'percentunit',
      lines: [[errorShare(over), 'failed']],
      limit: health.max_error_rate,
    },
    {
      title: 'Latency',
      unit: 's',
      lines: [0.5, 0.9, 0.99].map((quantile) => [latency(quantile, over), `p${quantile * 100}`] as const),
      limit: health.max_p99_ms / 1000,
    },
    {
      title: 'Predictions by class',
      unit: 'short',
      lines: [[`sum by (class) (${rate('aieng_predictions_total', over)})`, '{{class}}']],
    },
    {
      title: 'Load',
      unit: 'short',
      lines: [
        [`sum(${ofIt('aieng_requests_waiting')})`, 'requests that wait'],
        [each('aieng_overload_rejections_total'), 'refused per second'],
      ],
    },
    {
      title: 'Log and labels',
      unit: 'short',
      lines: [
        [each('aieng_prediction_log_records_total'), 'recorded per second'],
        [each('aieng_prediction_log_lost_total'), 'lost per second'],
        [each('aieng_feedback_labels_total'), 'labels per second'],
      ],
    },
    {
      title: 'Memory',
      unit: 'bytes',
      lines: [[`max(${ofIt('process_resident_memory_bytes')})`, 'largest process']],
      limit: health.max_memory_mb * 1e6,
    },
    { title: 'CPU', unit: 'short', lines: [[each('process_cpu_seconds_total'), 'cores']] },
    {
      title: 'Versions that serve',
      unit: 'short',
      lines: [[`sum by (version) (aieng_model_info{name="${pipeline}"})`, 'version {{version}}']],
    },
  ];
}

/** A dashboard of Grafana for one pipeline, as JSON to import. */
export function dashboardText(
  pipeline: string,
  { health }: Pick<MonitorSection, 'health'>,
  facts: MetricFacts,
): string {
  const dashboard = {
    uid: `aieng-${pipeline}`.slice(0, 40),
    title: `aieng: ${pipeline}`,
    tags: ['aieng'],
    timezone: 'utc',
    schemaVersion: 38,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' }],
    },
    panels: panelsOf(pipeline, health, facts).map(panelOf),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
