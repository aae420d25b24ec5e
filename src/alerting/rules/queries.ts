/** What the service says of itself that a query has to know. */
export interface MetricFacts {
  /** Upper bounds of its latency histogram, seconds. */
  readonly buckets: readonly number[];
  /** Routes that say nothing of how it serves: probes, metrics. */
  readonly ownRoutes: RegExp;
}

/** A text within a query. */
export const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** Prometheus matches whole values: a pattern for the beginning goes on with anything. */
const wholePattern = ({ source }: RegExp): string =>
  `${source.replace(/^\^/, '').replaceAll(String.raw`\/`, '/')}.*`;

/**
 * Queries about one pipeline. Only `aieng_model_info` names it: the other series of the same process are found by job and
 * instance.
 */
export function queriesOf(pipeline: string, { ownRoutes, buckets }: MetricFacts) {
  const info = `aieng_model_info{name=${quoted(pipeline)}}`;
  const ofIt = (series: string): string =>
    `${series} * on (job, instance) group_left () max by (job, instance) (${info})`;
  const served = `route!~${quoted(wholePattern(ownRoutes))}`;
  const rate = (series: string, over: string): string => ofIt(`rate(${series}[${over}])`);
  const requests = (over: string, extra = ''): string =>
    `sum(${rate(`aieng_http_requests_total{${served}${extra}}`, over)})`;
  const durations = (over: string, extra = ''): string =>
    rate(`aieng_http_request_duration_seconds_bucket{${served}${extra}}`, over);
  return {
    info,
    ofIt,
    rate,
    requests,
    requestsBy: (label: string, over: string) =>
      `sum by (${label}) (${rate(`aieng_http_requests_total{${served}}`, over)})`,
    /** Share of requests that failed by no fault of the caller. */
    errorShare: (over: string) => `${requests(over, ',status="5xx"')} / ${requests(over)}`,
    /** Seconds. */
    latency: (quantile: number, over: string) =>
      `histogram_quantile(${quantile}, sum by (le) (${durations(over)}))`,
    /** Share of requests that took longer than a bound of the histogram. */
    slowShare: (bound: number, over: string) =>
      `1 - sum(${durations(over, `,le="${bound}"`)}) / sum(${durations(over, ',le="+Inf"')})`,
    /** The least bound that is no less: the histogram counts by bounds. */
    boundFor: (seconds: number) => buckets.find((bound) => bound >= seconds) ?? buckets.at(-1)!,
  };
}

export type Queries = ReturnType<typeof queriesOf>;
