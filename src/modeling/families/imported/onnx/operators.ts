/** Operators of ai.onnx that are taken. Each computes a row’s answer from its inputs and nothing else. */
const standard = `
  Abs Acos Add And ArgMax ArgMin Asin Atan BatchNormalization Cast CastLike Ceil Celu Clip Concat Constant ConstantOfShape
  Cos Cosh CumSum Div Dropout Elu Equal Erf Exp Expand Flatten Floor Gather GatherElements GatherND Gelu Gemm Greater
  GreaterOrEqual HardSigmoid HardSwish Hardmax Identity IsInf IsNaN LayerNormalization LeakyRelu Less LessOrEqual Log
  LogSoftmax LpNormalization MatMul Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow RMSNormalization Reciprocal ReduceL1
  ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape
  Round Selu Shape Shrink Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Softsign Split Sqrt Squeeze Sub Sum Swish Tan
  Tanh ThresholdedRelu TopK Transpose Unsqueeze Where Xor`;

/** Operators of ai.onnx.ml that are taken. */
const ml = `
  ArrayFeatureExtractor Binarizer CategoryMapper FeatureVectorizer Imputer LabelEncoder LinearClassifier LinearRegressor
  Normalizer OneHotEncoder SVMClassifier SVMRegressor Scaler TreeEnsembleClassifier TreeEnsembleRegressor ZipMap`;

const namesOf = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** By domain what is taken of it, and of which versions. */
export const knownDomains: ReadonlyMap<
  string,
  { readonly operators: ReadonlySet<string>; readonly least: number; readonly latest: number }
> = new Map([
  ['', { operators: namesOf(standard), least: 7, latest: 24 }],
  ['ai.onnx.ml', { operators: namesOf(ml), least: 1, latest: 5 }],
]);

/** Operators that may see words. What they do with a word depends on whether it is one of those in the file, and on nothing else. */
export const takesWords: ReadonlySet<string> = namesOf(`
  ArrayFeatureExtractor CategoryMapper Concat Constant Equal Flatten Gather GatherElements Identity LabelEncoder OneHotEncoder
  Reshape Shape Size Slice Split Squeeze Transpose Unsqueeze Where`);

/** Of these what goes in as words comes out as words. */
export const handsWordsOn: ReadonlySet<string> = namesOf(
  'ArrayFeatureExtractor Concat Flatten Gather GatherElements Identity Reshape Slice Split Squeeze Transpose Unsqueeze Where',
);
