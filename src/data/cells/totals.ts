const total =
  /^[^\p{L}\p{N}]*(?:(?:grand|sub)?[ -]?totals?|sum(?:me)?|gesamt(?:summe)?|summen?|insgesamt|zwischensumme|totaux|somme|totales?|suma|totaal|totale|somma|итого|всего|合計|總計|总计|mean|average|count)(?!\p{L})/iu;

/** Does a cell say that its row sums others up? */
export const isTotalWord = (cell: string): boolean => total.test(cell);
