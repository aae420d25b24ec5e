/** How a network is trained: the recipe's numbers for this data. */
export interface TrainingPlan {
  readonly epochs: number;
  readonly batchRows: number;
  readonly learningRate: number;
  /** Decoupled: each step takes `learningRate · weightDecay` of every weight (not of biases). */
  readonly weightDecay: number;
  readonly dropout: number;
  /** Epochs without a better validation value before the rate falls or training stops. */
  readonly patience: number;
  /** How often, on a plateau, to go on from the best weights with a third of the rate instead of stopping. */
  readonly rateDrops: number;
  /**
   * Share of the running average of the weights that a step keeps; the average is what is validated and returned
   * (Polyak & Juditsky 1992; .99 ≈ the last 100 steps). 0 = the weights themselves.
   */
  readonly averaging: number;
}
