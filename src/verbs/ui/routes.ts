import { csvOf } from '../../project/tried/csv.ts';
import type { Place, Route } from '../../ui/page.ts';
import { paged } from '../../ui/page.ts';
import { comparePage } from '../../ui/pages/compare/compare.tsx';
import { drawPage } from '../../ui/pages/draw/draw.tsx';
import { lineagePage } from '../../ui/pages/lineage/lineage.tsx';
import { versionsPage } from '../../ui/pages/lineage/versions.tsx';
import { overviewPage } from '../../ui/pages/overview/overview.tsx';
import { decisionPage, decisionsPage } from '../../ui/pages/decisions/decisions.tsx';
import { lookPage, monitoringPage } from '../../ui/pages/monitoring/monitoring.tsx';
import { dataPage } from '../../ui/pages/data/data.tsx';
import { validationLookPage } from '../../ui/pages/data/look.tsx';
import { deploymentsPage } from '../../ui/pages/deployments/deployments.tsx';
import { answerPage, tryPage } from '../../ui/pages/deployments/tryIt.tsx';
import { loadData, rejectsFile } from './load/data.ts';
import { loadAnswer, loadDeployments } from './load/deployments.ts';
import { loadValidation } from './load/validations.ts';
import { loadTry } from './load/tryIt.ts';
import { loadDecision, loadDecisions } from './load/decisions.ts';
import { loadLook, loadMonitoring } from './load/monitoring.ts';
import { runPage } from '../../ui/pages/run/run.tsx';
import { runsAsked } from '../../ui/pages/runs/filter.ts';
import { runsPage } from '../../ui/pages/runs/runs.tsx';
import { schedulesPage } from '../../ui/pages/schedules/schedules.tsx';
import { searchPage } from '../../ui/pages/search/search.tsx';
import { storePage } from '../../ui/pages/store/store.tsx';
import { loadCompare } from './load/compare.ts';
import { loadDraw } from './load/draw.ts';
import { loadLineage, loadVersions } from './load/lineage.ts';
import { loadOverview } from './load/overview.ts';
import type { Reading } from './load/reading.ts';
import { loadRun } from './load/run.ts';
import { loadRuns, sortedRuns } from './load/runs.ts';
import { loadSchedules } from './load/schedules.ts';
import { loadSearch } from './load/search.ts';
import { loadStore } from './load/store.ts';

/** The bar at the side, in the order in which people look. */
export const places: readonly Place[] = [
  { path: '/', label: 'Overview' },
  { path: '/runs', label: 'Runs' },
  { path: '/search', label: 'Search trials' },
  { path: '/lineage', label: 'Lineage' },
  { path: '/monitoring', label: 'Monitoring' },
  { path: '/decisions', label: 'Decisions' },
  { path: '/deployments', label: 'Deployments' },
  { path: '/data', label: 'Data' },
  { path: '/schedules', label: 'Schedules' },
  { path: '/store', label: 'Store' },
];

/** The runs that fit, as a table for spreadsheets. */
const runsCsv = (reading: Reading): Route => ({
  path: '/runs.csv',
  answer: async ({ query }) => ({
    kind: 'file',
    name: 'runs.csv',
    type: 'text/csv; charset=utf-8',
    content: csvOf(sortedRuns((await reading.runs.known()).runs, runsAsked(query))),
  }),
});

/** Every page with what reads for it. Add one: a folder in src/ui/pages, a reader in load/, a line here. */
export const routes = (reading: Reading): readonly Route[] => [
  paged(overviewPage, () => loadOverview(reading)),
  paged(runsPage, (asked) => loadRuns(reading, asked)),
  runsCsv(reading),
  paged(comparePage, (asked) => loadCompare(reading, asked)),
  paged(drawPage, (asked) => loadDraw(reading, asked)),
  paged(runPage, (asked) => loadRun(reading, asked)),
  paged(searchPage, (asked) => loadSearch(reading, asked)),
  paged(versionsPage, () => loadVersions(reading)),
  paged(lineagePage, (asked) => loadLineage(reading, asked)),
  paged(schedulesPage, () => loadSchedules(reading)),
  paged(storePage, () => loadStore(reading)),
  paged(monitoringPage, (asked) => loadMonitoring(reading, asked)),
  paged(lookPage, (asked) => loadLook(reading, asked)),
  paged(decisionsPage, (asked) => loadDecisions(reading, asked)),
  paged(decisionPage, (asked) => loadDecision(reading, asked)),
  paged(deploymentsPage, (asked) => loadDeployments(reading, asked)),
  paged(answerPage, (asked) => loadAnswer(reading, asked)),
  paged(tryPage, (asked) => loadTry(reading, asked)),
  paged(dataPage, (asked) => loadData(reading, asked)),
  paged(validationLookPage, (asked) => loadValidation(reading, asked)),
  rejectsFile(reading),
];
