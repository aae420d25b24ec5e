/** One line of a metrics text: a series (name and labels, as written) and its value. */
interface Sample {
  readonly series: string;
  readonly value: number;
}

/** Name, then labels in braces (whose values may hold any character, quotes and backslashes escaped), then the value. */
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?)\s+(\S+)/;

const words: Readonly<Record<string, number>> = {
  '+Inf': Infinity,
  '-Inf': -Infinity,
  Inf: Infinity,
  NaN: NaN,
};

function parseSample(line: string): Sample | null {
  const [, series, text] = sampleLine.exec(line) ?? [];
  if (series === undefined || text === undefined) return null;
  const value = words[text] ?? Number(text);
  return Number.isNaN(value) && text !== 'NaN' ? null : { series, value };
}

/** What a sum would make false: a constant 1 that carries labels, ages, yes or no. The largest is taken. */
const isLargest = (series: string): boolean =>
  /^\w+_(info|uptime_seconds|start_time_seconds|log_degraded)(\{|$)/.test(series);

const write = (value: number): string =>
  value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value);

/**
 * The metrics texts (Prometheus text format 0.0.4) of several instances as one: each series' values added up, but the
 * largest of `_info`, `_uptime_seconds`, `_start_time_seconds` and `_log_degraded`. Order and comments are the first text's that has them.
 */
export function addMetrics(texts: readonly string[]): string {
  const values = new Map<string, number>();
  const order: { readonly text: string; readonly isComment: boolean }[] = [];
  const comments = new Set<string>();
  for (const line of texts.flatMap((text) => text.split(/\r?\n/))) {
    if (line.startsWith('#')) {
      if (!comments.has(line)) order.push({ text: line, isComment: true });
      comments.add(line);
      continue;
    }
    const sample = parseSample(line);
    if (sample === null) continue;
    const former = values.get(sample.series);
    if (former === undefined) order.push({ text: sample.series, isComment: false });
    values.set(
      sample.series,
      former === undefined
        ? sample.value
        : isLargest(sample.series)
          ? Math.max(former, sample.value)
          : former + sample.value,
    );
  }
  const lines = order.map(({ text, isComment }) =>
    isComment ? text : `${text} ${write(values.get(text) ?? 0)}`,
  );
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** A metrics text without its gauges: what stays true of an instance that has ended, for it has counted what it did. */
export function countersOf(text: string): string {
  const gauges = new Set([...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name));
  const isGauge = (line: string): boolean => gauges.has(/^(?:# (?:HELP|TYPE) )?([^\s{]+)/.exec(line)?.[1]);
  return text
    .split('\n')
    .filter((line) => !isGauge(line))
    .join('\n');
}
