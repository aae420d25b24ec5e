export { decide, decidePromotion, tooFewToCompare } from './decide.ts';
export { joinable, splitRecent, splitRecentByTime } from './recent.ts';
export { firedTriggers } from './triggers.ts';
