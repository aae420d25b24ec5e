export { monitorPage } from './monitor.ts';
export { retrainPage } from './retraining.ts';
export { storyPage, type StoryPage } from './story.ts';
export { trainingPage } from './training.ts';
export { validationPage } from './validation.ts';
