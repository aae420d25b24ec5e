const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * When an id was given, ms since 1970 UTC: ids of predictions are ULIDs, which begin with their time (48 bits in
 * Crockford's base 32). Null for an id of another kind, such as that of a row.
 *
 * @example idTime('01JGFJJZ000000000000000001') === 1735689600000
 */
export function idTime(id: string): number | null {
  if (!ulid.test(id)) return null;
  let time = 0;
  for (let i = 0; i < 10; i += 1) time = 32 * time + digits.indexOf(id[i]!);
  return time;
}
