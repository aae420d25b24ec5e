export { decide, decidePromotion, tooFewToCompare } from './decide.ts';
export { joinable, splitRecent } from './recent.ts';
export { firedTriggers } from './triggers.ts';
