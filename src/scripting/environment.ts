/** What every program needs; anything else is named in the pipeline. */
const alwaysGiven = ['PATH', 'HOME', 'LANG', 'TZ'];
/** What the engine of containers sets by itself: this machine's would be wrong there. */
const ofMachine = new Set(['PATH', 'HOME']);

/** Which variables a program sees: those that every program needs, those that the pipeline names, and what aieng tells it. */
export function variablesFor(
  names: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  told: Readonly<Record<string, string>>,
  inContainer: boolean,
): Readonly<Record<string, string>> {
  const given = [...alwaysGiven.filter((name) => !inContainer || !ofMachine.has(name)), ...names].flatMap(
    (name) => {
      const value = variables[name];
      return value === undefined ? [] : [[name, value] as const];
    },
  );
  return { ...Object.fromEntries(given), ...told };
}
