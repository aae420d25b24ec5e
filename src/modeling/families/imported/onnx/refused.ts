import { modelRefused } from '../foreign.ts';
import type { AiengError } from '../../../../errors.ts';

/** What to write where a model has to be exported in another way. */
export const exportHints = {
  again: 'Export the model again; no part of this file is used.',
  operators:
    'Export it with operators of ai.onnx and ai.onnx.ml alone, of opset 17 and 3 (skl2onnx: target_opset={"": 17, "ai.onnx.ml": 3}; PyTorch: opset_version=17).',
  plain:
    'Export it as one plain graph, without functions, loops and branches (Python: onnx.inliner.inline_local_functions).',
  float: 'Export it with float32 weights.',
} as const;

/** An ONNX file that is refused, and the way out. */
export const onnxRefused = (problem: string, hint: string = exportHints.again): AiengError =>
  modelRefused('ONNX', problem, hint);
