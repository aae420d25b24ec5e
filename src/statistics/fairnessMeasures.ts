/** What may be asked of the groups of a column, as the pipeline names it. */
export const fairnessMeasures = ['selection_rate', 'equal_opportunity', 'equalised_odds'] as const;
