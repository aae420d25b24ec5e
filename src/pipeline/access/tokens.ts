import type { Problem } from '../problems.ts';
import { pointerOf, problem } from '../problems.ts';

/** How a token stands in a pipeline file: by its SHA-256. */
export const hashPattern = /^sha256:([0-9a-f]{64})$/;

/** As many characters as cannot be guessed, where each is one of 64: 144 bits. */
const fewestCharacters = 24;

/** May it stand in a header, and can nobody guess it? */
export const isGoodToken = (token: string): boolean =>
  /^[\x21-\x7e]+$/.test(token) && token.length >= fewestCharacters;

interface Tokens {
  readonly tokens: Readonly<Record<string, string>>;
  readonly feedback: Readonly<Record<string, string>>;
}

/** Tokens that stand in the file as they are, and tokens of the environment that could be guessed. */
export function checkTokens(auth: Tokens, variables: Readonly<Record<string, string>>): Problem[] {
  const groups = [
    ['/deploy/auth/tokens', auth.tokens],
    ['/deploy/auth/feedback', auth.feedback],
  ] as const;
  return groups.flatMap(([group, tokens]) =>
    Object.entries(tokens).flatMap(([name, value]): Problem[] => {
      const pointer = pointerOf(group, name);
      if (hashPattern.test(value)) return [];
      if (variables[pointer] === undefined)
        return [
          problem(
            pointer,
            'expected sha256:<64 hexadecimal digits> or ${NAME}: a token itself never stands in a file',
            `Run \`aieng token new ${name}\`, and write the line that it prints.`,
          ),
        ];
      if (isGoodToken(value)) return [];
      return [
        problem(
          pointer,
          `expected a token of at least ${fewestCharacters} visible ASCII characters in ${variables[pointer]}`,
          `Run \`aieng token new ${name}\`, and set the variable to the token that it prints.`,
        ),
      ];
    }),
  );
}
