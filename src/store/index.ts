export { openFileStore as openStore } from './backends/fs/index.ts';
export { backends } from './backends/index.ts';
export { holding } from './holding.ts';
export { overlaid } from './overlaid.ts';
