/** How often a window is looked at, told by how fast it renews itself. */
export interface Looking {
  /** Rows (or labels) that came in the last 24 hours. */
  readonly rowsInLast24h: number;
  /** Rows (or labels) that are judged. */
  readonly windowRows: number;
  /** With fewer nothing is judged. */
  readonly minRows: number;
  /** A file, looked at once: nothing is charged. */
  readonly oneOff: boolean;
}

/**
 * For how many looks a p-value has to pay, so that looking every minute alarms no more often than looking once: 30·(rows
 * of a day / rows of the window + ½ ln(rows of the window / smallest window)). A window that renews itself k times a day
 * counts as 30·k looks, and one that only grows as half as many for each e-fold. The chance that the largest of many
 * overlapping windows passes z is about p·z² for each renewal, and z² is 20 to 30 here (Leadbetter, Lindgren & Rootzén
 * 1983, ch. 12). Nothing is remembered from look to look.
 */
export function chargeOf({ rowsInLast24h, windowRows, minRows, oneOff }: Looking): number {
  if (oneOff || windowRows <= 0) return 1;
  const renewals = rowsInLast24h / windowRows;
  const growth = Math.max(0, Math.log(windowRows / Math.max(1, minRows))) / 2;
  return Math.max(1, 30 * (renewals + growth));
}

/**
 * The newest n, n/2, n/4 … rows that are judged, none fewer than `minRows`, so that a change of today does not hide
 * behind the rows of last week. Fewer than `minRows` rows are one window, which nobody judges.
 */
export function nestedWindows(rows: number, minRows: number): readonly number[] {
  const windows = [rows];
  for (let half = Math.floor(rows / 2); half >= Math.max(1, minRows); half = Math.floor(half / 2))
    windows.push(half);
  return windows;
}
