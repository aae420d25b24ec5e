/** What came of a month, by whoever answered. */
export interface Month {
  readonly month: number;
  /** RMSE of the loop, of refitting at the end of every month, and of the first model left alone. */
  readonly loop: number;
  readonly refits: number;
  readonly never: number;
  /** Attempts of the loop that trained, and those that promoted. */
  readonly trainings: number;
  readonly promotions: number;
  /** Looks of the loop, and those that alarmed. */
  readonly looks: number;
  readonly alarmed: number;
}

const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const series = [
  { key: 'never', label: 'the model of 2011, left alone', colour: '#9aa0a6' },
  { key: 'refits', label: 'refitted at the end of every month', colour: '#1a73e8' },
  { key: 'loop', label: 'the loop (▲ promoted)', colour: '#d93025' },
] as const;
const [width, height, left, top, bottom, right] = [760, 360, 52, 56, 36, 16] as const;

/** Lines of RMSE by month as SVG, with a mark below each month in which the loop promoted. */
export function monthChart(months: readonly Month[]): string {
  const most = Math.max(...months.flatMap(({ loop, refits, never }) => [loop, refits, never]));
  const ceiling = 20 * Math.ceil(most / 20);
  const x = (at: number): number => left + ((at + 0.5) * (width - left - right)) / Math.max(1, months.length);
  const y = (value: number): number => height - bottom - (value / ceiling) * (height - top - bottom);
  const grid = Array.from({ length: ceiling / 20 + 1 }, (_, step) => {
    const line = y(20 * step).toFixed(1);
    return `<line x1="${left}" x2="${width - right}" y1="${line}" y2="${line}" stroke="#e0e0e0"/><text x="${left - 8}" y="${line}" dy="4" text-anchor="end">${20 * step}</text>`;
  });
  const drawn = series.map(({ key, label, colour }, at) => {
    const points = months.map((month, i) => `${x(i).toFixed(1)},${y(month[key]).toFixed(1)}`).join(' ');
    const legend = `<text x="${left + at * 235}" y="46" fill="${colour}">${label}</text>`;
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>${legend}`;
  });
  const ticks = months.map(({ month, promotions }, i) => {
    const mark = promotions > 0 ? `<tspan fill="#d93025"> ${'▲'.repeat(promotions)}</tspan>` : '';
    return `<text x="${x(i).toFixed(1)}" y="${height - bottom + 20}" text-anchor="middle">${names[month - 1] ?? ''}${mark}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#3c4043">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${left}" y="24" font-size="15">Bikes hired by the hour, 2012: RMSE by month</text>`,
    ...grid,
    ...drawn,
    ...ticks,
    '</svg>',
    '',
  ].join('\n');
}
