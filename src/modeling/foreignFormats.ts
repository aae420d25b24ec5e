/** Files that are read, by what writes them. */
export const foreignFormats = ['lightgbm', 'xgboost-json', 'xgboost-ubj', 'onnx'] as const;
export type ForeignFormat = (typeof foreignFormats)[number];
