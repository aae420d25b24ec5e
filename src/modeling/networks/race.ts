/** So many passes in a row that are not better end a fit that is behind. */
const patience = 3;
/** The rows that stop a fit and those that judge it differ by about so much of the rival's value. */
const slack = 0.1;

/**
 * Is a fit beyond reach of what others reached on the rows that stop it? It is where it is behind and has stopped getting
 * better, or would stay behind if it went on at the pace of its last passes: learning curves flatten.
 *
 * @param values after each pass, lower is better
 * @param left passes that it may still make
 * @param rival what the others reached
 */
export function isBeyondReach(values: readonly number[], left: number, rival: number): boolean {
  const best = Math.min(...values);
  if (best <= rival) return false;
  if (values.length - 1 - values.indexOf(best) >= patience) return true;
  if (values.length <= patience) return false;
  const pace = (Math.min(...values.slice(0, -patience)) - best) / patience;
  return best - left * pace > rival + slack * Math.abs(rival);
}
