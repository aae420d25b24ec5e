// Real servers on loopback, each in a folder that is gone afterwards: Debian's PostgreSQL 15 and MariaDB.
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { freePort, scratchFolder } from './project.ts';

export const password = 'p@ss/word#1';

const postgresFolder = '/usr/lib/postgresql/15/bin';
const mariadb = '/usr/sbin/mariadbd';
export const hasPostgres = existsSync(`${postgresFolder}/postgres`);
export const hasMariadb = existsSync(mariadb);

/** A server, and a connection of its owner. */
export interface TestServer {
  readonly host: string;
  readonly port: number;
  readonly run: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/** Servers refuse to run as root: the account that their package made runs them. */
function ownerOf(
  account: string,
  folder: string,
): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(spawnSync('id', [flag, account], { encoding: 'utf8' }).stdout);
  const owner = { uid: id('-u'), gid: id('-g') };
  chownSync(folder, owner.uid, owner.gid);
  return owner;
}

async function patiently<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let tries = 0; ; tries += 1)
    try {
      return await call();
    } catch (error) {
      if (tries > 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

/** @param identity Certificate and key of a server that speaks TLS. */
export async function startPostgres(identity?: {
  readonly cert: string;
  readonly key: string;
}): Promise<TestServer> {
  const folder = scratchFolder();
  const data = join(folder, 'data');
  writeFileSync(join(folder, 'password'), password);
  const owner = ownerOf('postgres', folder);
  const port = await freePort();
  const own = { ...owner, cwd: folder };
  await execa(
    `${postgresFolder}/initdb`,
    [
      '-D',
      data,
      '-U',
      'reader',
      '--auth=scram-sha-256',
      '--no-sync',
      '-E',
      'UTF8',
      '--locale=C',
      `--pwfile=${folder}/password`,
    ],
    own,
  );
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    'fsync=off',
    ...(identity === undefined
      ? []
      : ['ssl=on', `ssl_cert_file=${folder}/cert.pem`, `ssl_key_file=${folder}/key.pem`]),
  ];
  for (const [name, text] of Object.entries(identity ?? {})) {
    const path = join(folder, `${name}.pem`);
    writeFileSync(path, text, { mode: 0o600 });
    if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
  }
  const server = execa(
    `${postgresFolder}/postgres`,
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    { ...own, reject: false, stdio: 'ignore' },
  );
  const pool = new pg.Pool({
    host: '127.0.0.1',
    port,
    user: 'reader',
    password,
    database: 'postgres',
    max: 2,
  });
  pool.on('error', () => undefined);
  await patiently(() => pool.query('select 1'));
  return {
    host: '127.0.0.1',
    port,
    run: async (sql) => (await pool.query(sql)).rows,
    close: async () => {
      await pool.end();
      server.kill('SIGINT');
      await server;
    },
  };
}

export async function startMariadb(): Promise<TestServer> {
  const folder = scratchFolder();
  const data = join(folder, 'data');
  const owner = ownerOf('mysql', folder);
  const port = await freePort();
  await execa(
    '/usr/bin/mariadb-install-db',
    [`--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    {
      ...owner,
      cwd: folder,
    },
  );
  const server = execa(
    mariadb,
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${folder}/socket`,
      `--pid-file=${folder}/pid`,
    ],
    { ...owner, cwd: folder, reject: false, stdio: 'ignore' },
  );
  const open = (): Promise<mysql.Connection> =>
    mysql.createConnection({ socketPath: `${folder}/socket`, user: 'root', multipleStatements: true });
  const connection = await patiently(open);
  await connection.query(
    `create database shop character set utf8mb4; create user reader@'127.0.0.1' identified by '${password}'; grant all on *.* to reader@'127.0.0.1'`,
  );
  await connection.query('use shop');
  return {
    host: '127.0.0.1',
    port,
    run: async (sql) => {
      const [rows] = await connection.query(sql);
      return JSON.parse(JSON.stringify(Array.isArray(rows) ? rows : []));
    },
    close: async () => {
      await connection.end();
      server.kill();
      await server;
    },
  };
}
