import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { headline, paragraph, verbatim } from '../view/blocks.ts';
import type { TokenResult } from './result.ts';

/** The lines of the pipeline that know the token. */
const lines = ({ name, hash }: TokenResult): string =>
  `deploy:\n  auth:\n    tokens:\n      ${name}: ${hash}`;

/** `token new`: the token, once, and what to write down of it. */
export const tokenView: View<Outcome<TokenResult>> = {
  blocks: ({ result }) => [
    headline('good', `a token for ${result.name}`, 'shown once, kept nowhere'),
    verbatim(result.token),
    paragraph('Its owner sends it as "Authorization: Bearer <token>". In the pipeline, then deploy again:'),
    verbatim(lines(result)),
    paragraph(
      'Under feedback instead of tokens it is good for /feedback alone. To take it back, remove the line and deploy again.',
      'dim',
    ),
  ],
  essential: ({ result }) => [result.token, result.hash],
};
