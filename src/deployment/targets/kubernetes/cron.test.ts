import { describe, expect, it } from 'vitest';
import { clusterCron, cronProblem } from './cron.ts';

describe('cron of a cluster', () => {
  it.each([
    ['0 3 * * 7', '0 3 * * 0'],
    ['0 3 * * 5-7', '0 3 * * 0,5-6'],
    ['0 3 * * 1-7', '0 3 * * 0-6'],
    ['0 3 * * 1,7', '0 3 * * 0-1'],
    ['*/7  3 7 7 1', '*/7 3 7 7 1'],
    ['0 3 * * */2', '0 3 * * 0,2,4,6'],
    ['0 3 * * mon', '0 3 * * 1'],
    ['@daily', '0 0 * * *'],
    ['nonsense', 'nonsense'],
  ])('%s → %s', (expression, expected) => expect(clusterCron(expression)).toBe(expected));

  it.each(['*/30 * * * *', '0 3 * * *', '0 0 29 2 *', '15,45 8-18/2 * JAN-MAR MON-FRI'])(
    'accepts %s',
    (expression) => expect(cronProblem(expression)).toBeUndefined(),
  );

  it.each([
    ['0 0 3 * * *', /6 fields/],
    ['@daily', /1 fields/],
    ['0 3 ? * 1', /\?/],
    ['0 3 L * *', /"L"/],
    ['0 3 * * 1#2', /"1#2"/],
    ['0 3 1W * *', /"1W"/],
    ['0 3 * * 7', /Sunday 7/],
    ['61 3 * * *', /61/],
    ['0 3 * * 5-1', /ends before it begins/],
    ['0 0 30 2 *', /never comes/],
    ['', /fields/],
  ])('says what is wrong with %s', (expression, problem) => expect(cronProblem(expression)).toMatch(problem));
});
