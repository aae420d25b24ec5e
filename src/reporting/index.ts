export { besidePage } from './beside.ts';
export { historyPage } from './history.ts';
export { monitorPage } from './monitor.ts';
export type { PlacedPage } from './page.ts';
export { retrainPage } from './retraining.ts';
export { storyPage, type StoryPage } from './story.ts';
export { trainingPage } from './training.ts';
export { trainingsPage } from './trainings.ts';
export { validationPage } from './validation.ts';
