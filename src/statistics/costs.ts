/** What an answer costs: `costs[actual][predicted]`, classes in task order. */
export type Costs = readonly (readonly number[])[];

/** Expected cost of answering class `predicted` where the classes have these probabilities. */
function expectedCost(costs: Costs, scores: ArrayLike<number>, from: number, predicted: number): number {
  let sum = 0;
  for (let actual = 0; actual < costs.length; actual += 1)
    sum += scores[from + actual]! * costs[actual]![predicted]!;
  return sum;
}

/**
 * The class of least expected cost (the first of equals), of probabilities that begin at `from`.
 *
 * @example leastCost([[0, 1], [5, 0]], [0.8, 0.2]) === 1
 */
export function leastCost(costs: Costs, scores: ArrayLike<number>, from = 0): number {
  let best = 0;
  let least = expectedCost(costs, scores, from, 0);
  for (let predicted = 1; predicted < costs.length; predicted += 1) {
    const cost = expectedCost(costs, scores, from, predicted);
    if (!(cost < least)) continue;
    best = predicted;
    least = cost;
  }
  return best;
}

/**
 * From this probability of the positive class on, answering it costs no more than answering the other, where
 * probabilities are honest (Elkan 2001). A wrong answer must not cost less than the right one.
 *
 * @example costThreshold([[0, 1], [4, 0]], 1) === 0.2
 */
export function costThreshold(costs: Costs, positive: number): number {
  const negative = 1 - positive;
  const alarm = costs[negative]![positive]! - costs[negative]![negative]!;
  const miss = costs[positive]![negative]! - costs[positive]![positive]!;
  return alarm / (alarm + miss);
}
