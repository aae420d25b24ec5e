export { createUi } from './server/app.tsx';
export { openSessions } from './server/session.ts';
