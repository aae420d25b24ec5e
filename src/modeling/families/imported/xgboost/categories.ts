import { integersAt, listAt, numbersAt, objectAt, refused } from './document.ts';

/**
 * The words behind the codes of each feature, as XGBoost from 3.1 on keeps them: the bytes of all words in a row and where
 * each begins, or numbers. Undefined for a feature without categories, and for one whose words are not all ASCII: XGBoost
 * 3.1 and 3.2 count such words in characters and keep them cut off.
 *
 * @throws a usage error where the lists do not fit
 */
export function categoryWords(cats: unknown, features: number): readonly (readonly string[] | undefined)[] {
  if (cats === undefined) return [];
  const encoded = listAt(objectAt(cats, 'cats')['enc'], 'enc of cats');
  if (encoded.length === 0) return [];
  if (encoded.length !== features)
    throw refused(`cats has ${encoded.length} entries for ${features} features`);
  return encoded.map((each, feature) => {
    const where = `cats of feature ${feature}`;
    const { offsets, values } = objectAt(each, where);
    if (offsets === undefined) return numbersAt(values, where).map(String);
    const bytes = integersAt(values, where, [-128, 255]).map((byte) => byte & 0xff);
    const ends = integersAt(offsets, where, [0, bytes.length]);
    if (ends.length < 2) return undefined;
    const [first] = ends;
    const rising = ends.every((end, at) => at === 0 || end >= ends[at - 1]!);
    if (first !== 0 || ends.at(-1) !== bytes.length || !rising)
      throw refused(`${where}: its words do not begin where they are said to`);
    if (bytes.some((byte) => byte > 0x7f)) return undefined;
    return ends.slice(1).map((end, at) => String.fromCharCode(...bytes.slice(ends[at], end)));
  });
}
