import { describe, expect, it } from 'vitest';
import { checkHost, checkedLookup, isPublic } from './networks.ts';

describe('isPublic', () => {
  it.each([
    '0.0.0.0',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '64:ff9b::a00:1',
    '::7f00:1',
    'example.com',
    '',
  ])('%j is not', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '2606:4700::1111',
    '::ffff:1.1.1.1',
  ])('%j is', (address) => {
    expect(isPublic(address)).toBe(true);
  });
});

describe('a host', () => {
  it('that is a closed address is refused, in any spelling that a URL takes', () => {
    for (const url of [
      'http://127.0.0.1/',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://[::1]/',
      'http://[::ffff:127.0.0.1]/',
    ]) {
      expect(() => checkHost(new URL(url).hostname, false)).toThrow('private or local');
      expect(() => checkHost(new URL(url).hostname, true)).not.toThrow();
    }
    expect(() => checkHost('1.1.1.1', false)).not.toThrow();
  });

  it('that is a name is refused where it means a closed address, in both ways in which Node asks', async () => {
    const ask = (all: boolean, allowPrivate: boolean): Promise<unknown> =>
      new Promise((resolve) => {
        checkedLookup(allowPrivate)('localhost', { all }, (fault, found) => resolve(fault ?? found));
      });
    expect(await ask(true, false)).toMatchObject({ code: 'CLOSED_ADDRESS' });
    expect(await ask(false, false)).toMatchObject({ code: 'CLOSED_ADDRESS' });
    expect(await ask(false, true)).toMatch(/^(127\.0\.0\.1|::1)$/);
  });
});
