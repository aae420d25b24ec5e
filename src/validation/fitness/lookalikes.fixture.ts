import type { Column } from '../../data/columns.ts';
import { createRandom } from '../../random.ts';
import { numbers, texts, upTo, words } from '../checks/snapshot.fixture.ts';

// Data of the shape that public sets have which are known for a leak: columns, shares and strengths after what is
// published of them, the rows drawn anew.

export interface Lookalike {
  readonly name: string;
  readonly label: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** Columns that are known only afterwards. */
  readonly leaks: readonly string[];
}

const day = 86_400_000;
const times = (values: readonly number[]): Column => ({ kind: 'time', values: Float64Array.from(values) });
const yesNo = (values: readonly boolean[]): Column => words(values.map((value) => (value ? 'yes' : 'no')));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

interface Dice {
  /** From 0 to 1. */
  readonly next: () => number;
  readonly integer: (below: number) => number;
  readonly normal: () => number;
  readonly one: <T>(of: readonly T[]) => T;
}

function dice(name: string): Dice {
  const random = createRandom(`lookalike/${name}`);
  const next = (): number => random.next();
  return {
    next,
    integer: (below) => random.integer(below),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    one: (of) => of[random.integer(of.length)]!,
  };
}

const make = <Row>(rows: number, row: (at: number) => Row): Row[] => upTo(rows).map(row);

/** Bookings of a hotel, of which 37 in a hundred are cancelled (after Antonio, Almeida and Nunes 2019). */
export function hotelBookings(): Lookalike {
  const { next, integer, normal, one } = dice('hotel');
  const rows = make(4000, (at) => {
    const lead = Math.floor(Math.exp(4 + 1.2 * normal()));
    const deposit = next() < 0.12 ? 'Non Refund' : next() < 0.002 ? 'Refundable' : 'No Deposit';
    const requests = integer(4);
    const segment = one(['Online TA', 'Online TA', 'Offline TA/TO', 'Groups', 'Direct', 'Corporate']);
    const logit = -1.6 + 0.006 * Math.min(lead, 400) - 0.5 * requests + (segment === 'Groups' ? 0.6 : 0);
    const cancelled = deposit === 'Non Refund' ? next() < 0.994 : next() < sigmoid(logit);
    const nights = 1 + integer(7);
    const arrival = Date.UTC(2015, 6, 1) + Math.floor((at * 790) / 4000) * day;
    const showed = cancelled && next() < 0.03 ? 'No-Show' : cancelled ? 'Canceled' : 'Check-Out';
    const room = one(['A', 'A', 'A', 'D', 'E']);
    return {
      lead,
      deposit,
      requests,
      segment,
      nights,
      cancelled,
      showed,
      arrival,
      room,
      assigned: !cancelled && next() < 0.2 ? one(['B', 'C', 'F']) : room,
      parking: !cancelled && next() < 0.1 ? 1 : 0,
      rate: Math.round(100 * (100 + 40 * normal())) / 100,
      changes: Math.floor(cancelled ? next() ** 8 * 4 : next() ** 4 * 4),
      status: showed === 'Check-Out' ? arrival + nights * day : arrival - Math.floor(next() * lead) * day,
    };
  });
  return {
    name: 'hotel bookings',
    label: 'is_canceled',
    columns: {
      lead_time: numbers(rows.map(({ lead }) => lead)),
      arrival_date_year: numbers(rows.map(({ arrival }) => new Date(arrival).getUTCFullYear())),
      arrival_date_month: words(rows.map(({ arrival }) => `M${new Date(arrival).getUTCMonth() + 1}`)),
      arrival_date_day_of_month: numbers(rows.map(({ arrival }) => new Date(arrival).getUTCDate())),
      stays_in_nights: numbers(rows.map(({ nights }) => nights)),
      market_segment: words(rows.map(({ segment }) => segment)),
      reserved_room_type: words(rows.map(({ room }) => room)),
      assigned_room_type: words(rows.map(({ assigned }) => assigned)),
      booking_changes: numbers(rows.map(({ changes }) => changes)),
      deposit_type: words(rows.map(({ deposit }) => deposit)),
      adr: numbers(rows.map(({ rate }) => rate)),
      required_car_parking_spaces: numbers(rows.map(({ parking }) => parking)),
      total_of_special_requests: numbers(rows.map(({ requests }) => requests)),
      reservation_status: words(rows.map(({ showed }) => showed)),
      reservation_status_date: times(rows.map(({ status }) => status)),
      is_canceled: numbers(rows.map(({ cancelled }) => (cancelled ? 1 : 0))),
    },
    // Parking is asked for at the desk: nobody who cancelled has one.
    leaks: ['reservation_status', 'reservation_status_date', 'required_car_parking_spaces'],
  };
}

/** Calls of a bank that sells deposits: one in nine says yes (after Moro, Cortez and Rita 2014). */
export function bankMarketing(): Lookalike {
  const { next, integer, normal, one } = dice('bank');
  const rows = make(5000, () => {
    const contacted = next() < 0.14;
    const outcome = contacted ? (next() < 0.25 ? 'success' : 'failure') : 'nonexistent';
    const euribor = next() < 0.65 ? 4.9 + 0.1 * normal() : 1.2 + 0.4 * Math.abs(normal());
    const logit = -2.9 + (outcome === 'success' ? 2.4 : 0) + (euribor < 3 ? 1.1 : 0);
    const yes = next() < sigmoid(logit);
    const seconds = Math.exp((yes ? 6.15 : 5.15) + (yes ? 0.55 : 0.85) * normal());
    return { contacted, outcome, euribor, yes, seconds };
  });
  return {
    name: 'bank marketing',
    label: 'y',
    columns: {
      age: numbers(rows.map(() => 18 + integer(60))),
      job: words(rows.map(() => one(['admin.', 'technician', 'services', 'retired', 'student']))),
      month: words(rows.map(() => one(['may', 'jun', 'jul', 'aug', 'nov']))),
      duration: numbers(rows.map(({ seconds }) => Math.round(seconds))),
      campaign: numbers(rows.map(() => 1 + Math.floor(next() ** 4 * 10))),
      previous: numbers(rows.map(({ contacted }) => (contacted ? 1 + integer(3) : 0))),
      poutcome: words(rows.map(({ outcome }) => outcome)),
      euribor3m: numbers(rows.map(({ euribor }) => Math.round(1000 * euribor) / 1000)),
      y: yesNo(rows.map(({ yes }) => yes)),
    },
    leaks: ['duration'],
  };
}

/** Passengers of a ship that sank: who got into a boat, and whose body was found (after the Titanic's list of 1,309). */
export function titanic(): Lookalike {
  const { next, integer, normal, one } = dice('titanic');
  const rows = make(1309, () => {
    const cabin = next() < 0.25 ? 1 : next() < 0.28 ? 2 : 3;
    const woman = next() < 0.356;
    const survived =
      next() < sigmoid(-1.5 + (woman ? 2.6 : 0) + (cabin === 1 ? 1.1 : cabin === 2 ? 0.4 : -0.3));
    return { cabin, woman, survived };
  });
  return {
    name: 'titanic',
    label: 'survived',
    columns: {
      pclass: numbers(rows.map(({ cabin }) => cabin)),
      name: texts(rows.map(({ woman }, at) => `${woman ? 'Mrs.' : 'Mr.'} P${at}`)),
      sex: words(rows.map(({ woman }) => (woman ? 'female' : 'male'))),
      age: numbers(rows.map(() => (next() < 0.2 ? NaN : Math.max(1, Math.round(30 + 14 * normal()))))),
      sibsp: numbers(rows.map(() => Math.floor(next() ** 3 * 5))),
      fare: numbers(rows.map(({ cabin }) => Math.round(100 * Math.exp(5 - cabin + 0.5 * normal())) / 100)),
      cabin: texts(
        rows.map(({ cabin }, at) => (next() < (cabin === 1 ? 0.8 : 0.03) ? `C${at % 190}` : null)),
      ),
      embarked: words(rows.map(() => one(['S', 'S', 'S', 'C', 'Q']))),
      boat: words(
        rows.map(({ survived }) => (next() < (survived ? 0.954 : 0.011) ? `${1 + integer(16)}` : null)),
      ),
      body: numbers(rows.map(({ survived }) => (!survived && next() < 0.15 ? 1 + integer(328) : NaN))),
      survived: numbers(rows.map(({ survived }) => (survived ? 1 : 0))),
    },
    leaks: ['boat', 'body'],
  };
}

/** Loans that were paid back or charged off, with what was paid afterwards (after the files of Lending Club). */
export function lendingClub(): Lookalike {
  const { next, integer, normal, one } = dice('lending');
  const rows = make(4000, () => {
    const amount = 1000 + 25 * integer(1400);
    const months = next() < 0.7 ? 36 : 60;
    const interest = 6 + 20 * next();
    const bad = next() < sigmoid(-3.3 + 0.11 * interest + (months === 60 ? 0.3 : 0));
    const issued = Date.UTC(2012, 0, 1) + integer(48) * 30.4 * day;
    const installment = (amount * (1 + (interest / 100) * (months / 24))) / months;
    const paidMonths = bad
      ? Math.floor(months * next() ** 1.4 * 0.9)
      : next() < 0.45
        ? 4 + integer(months - 4)
        : months;
    const principal = bad ? Math.round(amount * (paidMonths / months) * 0.7 * 100) / 100 : amount;
    const rec = bad && next() < 0.6 ? Math.round(100 * amount * 0.15 * next()) / 100 : 0;
    return {
      amount,
      months,
      interest,
      bad,
      issued,
      installment,
      paidMonths,
      principal,
      rec,
      paidInterest: Math.round(installment * paidMonths * 0.28 * 100) / 100,
      late: next() < (bad ? 0.13 : 0.02) ? Math.round(1500 + 1500 * next()) / 100 : 0,
      settled: bad && next() < 0.12,
    };
  });
  return {
    name: 'lending club',
    label: 'loan_status',
    columns: {
      loan_amnt: numbers(rows.map(({ amount }) => amount)),
      term: words(rows.map(({ months }) => `${months} months`)),
      int_rate: numbers(rows.map(({ interest }) => Math.round(100 * interest) / 100)),
      installment: numbers(rows.map(({ installment }) => Math.round(100 * installment) / 100)),
      annual_inc: numbers(rows.map(() => Math.round(Math.exp(11 + 0.5 * normal())))),
      dti: numbers(rows.map(() => Math.round(3000 * next()) / 100)),
      purpose: words(rows.map(() => one(['debt_consolidation', 'credit_card', 'car', 'other']))),
      issue_d: times(rows.map(({ issued }) => issued)),
      total_rec_prncp: numbers(rows.map(({ principal }) => principal)),
      total_rec_int: numbers(rows.map(({ paidInterest }) => paidInterest)),
      total_pymnt: numbers(
        rows.map(
          ({ principal, paidInterest, late, rec }) =>
            Math.round(100 * (principal + paidInterest + late + rec)) / 100,
        ),
      ),
      total_rec_late_fee: numbers(rows.map(({ late }) => late)),
      recoveries: numbers(rows.map(({ rec }) => rec)),
      collection_recovery_fee: numbers(rows.map(({ rec }) => Math.round(18 * rec) / 100)),
      last_pymnt_d: times(
        rows.map(({ issued, paidMonths, bad }) =>
          bad && paidMonths === 0 ? NaN : issued + paidMonths * 30.4 * day,
        ),
      ),
      last_pymnt_amnt: numbers(
        rows.map(
          ({ bad, installment, amount, paidMonths, months }) =>
            Math.round(
              100 *
                (bad || paidMonths === months
                  ? installment
                  : amount * (1 - paidMonths / months) + installment),
            ) / 100,
        ),
      ),
      debt_settlement_flag: words(rows.map(({ settled }) => (settled ? 'Y' : 'N'))),
      settlement_status: words(
        rows.map(({ settled }) => (settled ? one(['ACTIVE', 'COMPLETE', 'BROKEN']) : null)),
      ),
      loan_status: words(rows.map(({ bad }) => (bad ? 'Charged Off' : 'Fully Paid'))),
    },
    leaks: [
      'recoveries',
      'collection_recovery_fee',
      'total_rec_prncp',
      'last_pymnt_d',
      'debt_settlement_flag',
      'settlement_status',
    ],
  };
}

/** Hours of a bike rental: those who have a card and those who do not make the count (after Fanaee-T and Gama 2014). */
export function bikeHours(): Lookalike {
  const { next, normal, one } = dice('bikes');
  const rows = make(4000, (at) => {
    const hour = at % 24;
    const warm =
      12 +
      10 * Math.sin((at / 8760) * 2 * Math.PI) +
      4 * Math.sin(((hour - 9) / 24) * 2 * Math.PI) +
      normal();
    const busy = hour === 8 || hour === 17 ? 3 : hour > 6 && hour < 22 ? 1.4 : 0.3;
    return {
      hour,
      warm,
      registered: Math.round(Math.max(0, busy * (60 + 5 * warm) * Math.exp(0.35 * normal()))),
      casual: Math.round(
        Math.max(0, (hour > 8 && hour < 22 ? 1 : 0.1) * 2.5 * warm * Math.exp(0.6 * normal())),
      ),
    };
  });
  return {
    name: 'bike hours',
    label: 'count',
    columns: {
      season: numbers(rows.map((_, at) => 1 + (Math.floor(at / 2190) % 4))),
      hour: numbers(rows.map(({ hour }) => hour)),
      weather: words(rows.map(() => one(['clear', 'clear', 'mist', 'rain']))),
      temp: numbers(rows.map(({ warm }) => Math.round(10 * warm) / 10)),
      humidity: numbers(rows.map(() => Math.round(40 + 50 * next()))),
      casual: numbers(rows.map(({ casual }) => casual)),
      registered: numbers(rows.map(({ registered }) => registered)),
      count: numbers(rows.map(({ casual, registered }) => casual + registered)),
    },
    leaks: ['casual', 'registered'],
  };
}
