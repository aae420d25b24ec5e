import { describe, expect, it } from 'vitest';
import { secretScrubber } from './secrets.ts';

describe('secretScrubber', () => {
  it('hides values of variables that are named like secrets, the longer first', () => {
    const scrub = secretScrubber({
      GH_TOKEN: 'abcd',
      db_password: 'abcdef',
      HOME: '/home/joe',
      EMPTY_KEY: '',
    });
    expect(scrub('abcdef abcd /home/joe')).toBe('*** *** /home/joe');
  });

  it('hides every line of a key', () => {
    const scrub = secretScrubber({ SSH_KEY: '-----BEGIN-----\nMIIabc\n-----END-----' });
    expect(scrub('line 2 was MIIabc.')).toBe('line 2 was ***.');
  });

  it('hides credentials in URLs, whatever the environment', () => {
    expect(secretScrubber({})('s3://joe:pa55@host/x?y and https://host/a@b')).toBe(
      's3://***@host/x?y and https://host/a@b',
    );
  });

  it('leaves settings alone that only sound like secrets', () => {
    expect(secretScrubber({ USE_TOKEN: 'true', KEY_BITS: '256' })('true 256')).toBe('true 256');
  });
});
