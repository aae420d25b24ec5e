/** Files that are read, by what writes them. */
export const foreignFormats = ['lightgbm', 'xgboost-json', 'xgboost-ubj', 'onnx'] as const;
export type ForeignFormat = (typeof foreignFormats)[number];

/** More is no model that a service could hold. */
export const mostModelBytes = 512 * 1024 * 1024;
