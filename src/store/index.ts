export { openFileStore as openStore, type FileStoreOptions } from './backends/fs/index.ts';
export { backends, type StoreBackend } from './backends/index.ts';
export { holding } from './holding.ts';
export type { Lock, LockHolder, LockOptions, Problem, RecordEntry, RefEntry, Store } from './store.ts';
export { readFolder, writeFolder, type FolderFiles } from './backends/bundleFolder.ts';
export { maxFileBytes, readWholeFile, writeWholeFile } from './backends/wholeFile.ts';
