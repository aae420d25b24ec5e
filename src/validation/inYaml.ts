/** A name that needs no quotes wherever it stands in YAML; a number or `true` is none. */
const plainName = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z_][A-Za-z0-9_]*$/i;

/** The name of a column as it is written in a pipeline file. */
export const inYaml = (name: string): string => (plainName.test(name) ? name : JSON.stringify(name));
