import { describe, expect, it } from 'vitest';
import { endToEnd } from './gatewayHeaders.ts';

describe('endToEnd', () => {
  it('keeps what is for the other end and drops what is for the hop', () => {
    expect(
      endToEnd({
        connection: 'keep-alive, X-Private',
        'keep-alive': 'timeout=5',
        'transfer-encoding': 'chunked',
        'x-private': '1',
        'x-aieng-probe': 'token',
        'set-cookie': ['a=1', 'b=2'],
        'content-type': 'text/csv',
      }),
    ).toEqual({ 'set-cookie': ['a=1', 'b=2'], 'content-type': 'text/csv' });
  });
});
