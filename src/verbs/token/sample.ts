import { sampled, sampleDigest } from '../sample.ts';
import { tokenView } from './view.ts';

export const samples = sampled(tokenView, {
  result: {
    name: 'web-shop',
    token: 'aieng_ztuSSpTX1FvTEwHiDjIcyzRoIphhA5Y2jfLRgPcvCTc',
    hash: `sha256:${sampleDigest}`,
  },
});
