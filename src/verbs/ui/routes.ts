import type { Place, Route } from '../../ui/page.ts';
import { paged } from '../../ui/page.ts';
import { overviewPage } from '../../ui/pages/overview/overview.tsx';
import { loadOverview } from './load/overview.ts';
import type { Reading } from './load/reading.ts';

/** The bar at the side, in the order in which people look. */
export const places: readonly Place[] = [{ path: '/', label: 'Overview' }];

/** Every page with what reads for it. Add one: a folder in src/ui/pages, a reader in load/, a line here. */
export const routes = (reading: Reading): readonly Route[] => [
  paged(overviewPage, () => loadOverview(reading)),
];
