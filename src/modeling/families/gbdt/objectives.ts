/** What regression trees minimise. Apart from the parameters, which a model that answers elsewhere does not carry. */
export const numberObjectives = ['squared', 'absolute', 'quantile', 'poisson', 'tweedie'] as const;
