export { monitorPage } from './monitor.ts';
export { storyPage, type StoryPage, type StoryStep } from './story.ts';
export { trainingPage, type TrainingPage } from './training.ts';
export { validationPage, type ValidationPage } from './validation.ts';
