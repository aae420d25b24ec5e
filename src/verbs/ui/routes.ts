import type { Place, Route } from '../../ui/page.ts';
import { paged } from '../../ui/page.ts';
import { overviewPage } from '../../ui/pages/overview/overview.tsx';
import { decisionPage, decisionsPage } from '../../ui/pages/decisions/decisions.tsx';
import { lookPage, monitoringPage } from '../../ui/pages/monitoring/monitoring.tsx';
import { loadDecision, loadDecisions } from './load/decisions.ts';
import { loadLook, loadMonitoring } from './load/monitoring.ts';
import { loadOverview } from './load/overview.ts';
import type { Reading } from './load/reading.ts';

/** The bar at the side, in the order in which people look. */
export const places: readonly Place[] = [
  { path: '/', label: 'Overview' },
  { path: '/monitoring', label: 'Monitoring' },
  { path: '/decisions', label: 'Decisions' },
];

/** Every page with what reads for it. Add one: a folder in src/ui/pages, a reader in load/, a line here. */
export const routes = (reading: Reading): readonly Route[] => [
  paged(overviewPage, () => loadOverview(reading)),
  paged(monitoringPage, (asked) => loadMonitoring(reading, asked)),
  paged(lookPage, (asked) => loadLook(reading, asked)),
  paged(decisionsPage, (asked) => loadDecisions(reading, asked)),
  paged(decisionPage, (asked) => loadDecision(reading, asked)),
];
