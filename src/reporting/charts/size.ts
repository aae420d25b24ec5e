/** How many charts stand side by side where the page has its full width. */
export type Across = 1 | 2 | 3;

/** Width of a chart with its axes, in the pixels of such a page: text is of one size in all of them. */
export const widthOf: Readonly<Record<Across, number>> = { 1: 1036, 2: 506, 3: 330 };
