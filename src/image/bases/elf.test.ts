import { describe, expect, it } from 'vitest';
import { elfNeeds } from './elf.ts';

/** A small ELF-64 file as the System V ABI lays it out: one load segment at 0x1000, a dynamic one, an interpreter. */
function program(): Buffer {
  const bytes = Buffer.alloc(0x400);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(3, 56);
  const segment = (at: number, type: number, offset: number, address: number, size: number): void => {
    bytes.writeUInt32LE(type, at);
    bytes.writeBigUInt64LE(BigInt(offset), at + 8);
    bytes.writeBigUInt64LE(BigInt(address), at + 16);
    bytes.writeBigUInt64LE(BigInt(size), at + 32);
  };
  segment(64, 3, 0x100, 0x1100, 12);
  segment(120, 1, 0, 0x1000, 0x400);
  segment(176, 2, 0x200, 0x1200, 16 * 6);
  bytes.write('/lib64/ld.so\0', 0x100, 'latin1');
  const strings = '\0libc.so.6\0libm.so.6\0$ORIGIN/../lib:/opt/lib\0';
  bytes.write(strings, 0x300, 'latin1');
  const entries: readonly (readonly [number, number])[] = [
    [1, 1],
    [1, 11],
    [29, 21],
    [5, 0x1300],
    [10, strings.length],
    [0, 0],
  ];
  entries.forEach(([tag, value], index) => {
    bytes.writeBigInt64LE(BigInt(tag), 0x200 + index * 16);
    bytes.writeBigUInt64LE(BigInt(value), 0x208 + index * 16);
  });
  return bytes;
}

const needs = (bytes: Buffer): ReturnType<typeof elfNeeds> =>
  elfNeeds((offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)));

describe('elfNeeds', () => {
  it('reads loader, libraries and search paths', async () => {
    expect(await needs(program())).toEqual({
      loader: '/lib64/ld.so',
      libraries: ['libc.so.6', 'libm.so.6'],
      searchPaths: ['$ORIGIN/../lib', '/opt/lib'],
    });
  });

  it('is undefined for what is not ELF of 64 bits, and for one that is cut off', async () => {
    expect(await needs(Buffer.from('#!/bin/sh\n'))).toBeUndefined();
    expect(await needs(Buffer.alloc(0))).toBeUndefined();
    expect(await needs(program().subarray(0, 100))).toBeUndefined();
    const narrow = program();
    narrow[4] = 1;
    expect(await needs(narrow)).toBeUndefined();
  });
});
