export { decide, decidePromotion } from './decide.ts';
export { joinable, splitRecent } from './recent.ts';
export { firedTriggers } from './triggers.ts';
