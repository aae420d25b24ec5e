const secretNames = /TOKEN|SECRET|PASSWORD|PASSWD|KEY/i;
/** Words that are settings, not secrets, even in a variable called `…_KEY`. */
const harmless = /^(true|false|yes|no|on|off|none|null|auto|default|\d{1,3})$/i;
const urlCredentials = /([a-z][a-z\d+.-]*:\/\/)[^\s/@"'<>]+@/gi;

const shortest = 4;

/**
 * Makes the function that every output passes: values of environment variables whose name says secret (`*TOKEN*`,
 * `*SECRET*`, `*PASSWORD*`, `*KEY*`) become `***`, line by line for a key of several lines, and so do the
 * credentials in URLs.
 *
 * @example secretScrubber({ API_TOKEN: 'abcd1234' })('got abcd1234 from s3://u:p@host') === 'got *** from s3://***@host'
 */
export function secretScrubber(
  variables: Readonly<Record<string, string | undefined>>,
): (text: string) => string {
  const values = Object.entries(variables)
    .filter(([name]) => secretNames.test(name))
    .flatMap(([, value]) => (value === undefined ? [] : [value, ...value.split(/\r?\n/)]))
    .map((value) => value.trim())
    .filter((value) => value.length >= shortest && !harmless.test(value));
  // Longest first: a secret that contains another is hidden whole.
  const secrets = [...new Set(values)].sort((left, right) => right.length - left.length);
  return (text) => {
    let clean = text.includes('://') ? text.replaceAll(urlCredentials, '$1***@') : text;
    for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, '***');
    return clean;
  };
}
