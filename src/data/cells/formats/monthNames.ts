/** Short and long names by month, without accents, lower case: English, German, French, Spanish, Italian, Portuguese, Dutch. */
const names: readonly string[] = [
  'january jan januar janner jaenner janvier janv enero ene gennaio gen janeiro januari',
  'february feb februar fevrier fevr fev febrero febbraio fevereiro februari',
  'march mar marz maerz mrz mars marzo marco maart mrt',
  'april apr avril avr abril abr aprile',
  'may mai mayo maggio mag maio mei',
  'june jun juni juin junio giugno giu junho',
  'july jul juli juillet juil julio luglio lug julho',
  'august aug aout agosto ago augustus',
  'september sep sept septembre septiembre settembre set setembro',
  'october oct oktober okt octobre octubre ottobre ott outubro out',
  'november nov novembre noviembre novembro',
  'december dec dezember dez decembre diciembre dic dicembre dezembro',
];
const days: readonly string[] = [
  'monday mon montag mo lundi lun lunes maandag',
  'tuesday tue tues dienstag di mardi martes dinsdag',
  'wednesday wed mittwoch mi mercredi mer miercoles woensdag',
  'thursday thu thur thurs donnerstag do jeudi jeu jueves donderdag',
  'friday fri freitag fr vendredi ven viernes vrijdag',
  'saturday sat samstag sa samedi sam sabado zaterdag',
  'sunday sun sonntag so dimanche dim domingo zondag',
];

/** A name without accents and a last point, lower case: `Févr.` is `fevr`. */
const plainName = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f.]/g, '')
    .toLowerCase();

const indexed = (lists: readonly string[]): ReadonlyMap<string, number> =>
  new Map(lists.flatMap((list, index) => list.split(' ').map((name) => [name, index + 1] as const)));
const months = indexed(names);
const weekdays = indexed(days);

/** The month of a name, 1 to 12; undefined where it is none. */
export const monthOf = (name: string): number | undefined => months.get(plainName(name));

/** Is it the name of a day of the week? */
export const isWeekday = (name: string): boolean => weekdays.has(plainName(name));

/** English names of some months, long and short, as the source of a regular expression. */
export const englishMonths = (chosen: readonly number[]): string =>
  chosen
    .map((month) => names[month - 1]!.split(' ')[0]!)
    .map((name) => name[0]!.toUpperCase() + name.slice(1))
    .flatMap((name) => (name.length > 3 ? [name, name.slice(0, 3)] : [name]))
    .join('|');
