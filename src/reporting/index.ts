export { besidePage, besideSections } from './beside.ts';
export { historyPage, trendSections } from './history.ts';
export { monitorPage, monitorSections } from './monitor.ts';
export type { PlacedPage } from './page.ts';
export { retrainPage, retrainSections, retrainTone } from './retraining.ts';
export { storyPage, type StoryPage } from './story.ts';
export { trainingPage } from './training.ts';
export { trainingsPage } from './trainings.ts';
export { validationPage } from './validation.ts';
