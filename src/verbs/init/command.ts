import { Option } from 'commander';
import type { Dialect } from '../../data/dialect.ts';
import { exitCodes } from '../../errors.ts';
import type { DialectFlags } from '../dialectFlags.ts';
import { addDialectFlags, declaredByFlags } from '../dialectFlags.ts';
import type { Verb } from '../verb.ts';
import type { Task } from './options.ts';
import { tasks } from './options.ts';

interface Flags extends DialectFlags {
  readonly format?: Exclude<Dialect['format'], 'auto'>;
  readonly from?: string;
  readonly table?: string;
  readonly query?: string;
  readonly endpoint?: string;
  readonly allowPrivate?: boolean;
  readonly label?: string;
  readonly task?: Task;
  readonly time?: string | false;
  readonly yes: boolean;
  readonly name?: string;
  readonly dateFormat?: readonly string[];
}

export const initVerb: Verb = {
  name: 'init',
  group: 'Start',
  summary: 'start a project; with --from, a ready pipeline from your data',
  description:
    'Scaffolds a project. With --from it looks at the data, infers the row schema and the task and writes a pipeline that runs as it is. On a terminal it asks what the data do not tell: which column is predicted, what its numbers are, which column says when a row becomes known. Existing files are never overwritten.',
  examples: [
    ['aieng init --from customers.csv --label churned', 'schema, task and pipeline from the data'],
    [
      "aieng init --from 'postgres://reader:${PGPASSWORD}@db.example.com/shop' --table customers --label churned",
      'the same from a table of a database',
    ],
    ['aieng init my-model', 'an empty project in a new folder'],
  ],
  exits: [exitCodes.dataRejected],
  result: async () => (await import('./result.ts')).initResult,
  define: (command, session) => {
    command
      .argument('[dir]', 'folder of the project', '.')
      .option(
        '--from <source>',
        'data to infer from: CSV, JSON, NDJSON (also packed), Parquet, Arrow, .xlsx; a folder of them; an address (https://, s3://, postgres://, mysql://, sqlite:)',
      )
      .option('--table <name>', 'of a database: the table or view that is read')
      .option('--query <select>', 'of a database: the query whose rows are read')
      .option('--endpoint <url>', 'of s3://: address of a compatible store')
      .option('--allow-private', 'the host of https:// or s3:// may be a private or local address')
      .option('--label <column>', 'the column to predict (needed with --from)')
      .addOption(
        new Option('--task <task>', 'what is predicted (default: what the values of the label say)').choices(
          tasks,
        ),
      )
      .option('--time <column>', 'when a row becomes known: the newest rows judge (default: what is found)')
      .option('--no-time', 'no column says when a row becomes known')
      .option('-y, --yes', 'ask nothing: what is found is taken', false)
      .option('--name <name>', "the pipeline's name (default: the file's)")
      .option(
        '--date-format <column=format...>',
        'how dates are written where the data do not tell, such as when=DD/MM/YYYY',
      )
      .addOption(
        new Option('--format <format>', 'of data that is not named by its format').choices([
          'csv',
          'ndjson',
          'json',
          'parquet',
          'arrow',
          'xlsx',
        ]),
      );
    addDialectFlags(command).action(async (directory: string, flags: Flags) => {
      await session.perform(command, {
        rootOptional: true,
        call: async (context, ask) => {
          const { init } = await import('./init.ts');
          const {
            from,
            label,
            task,
            time,
            yes,
            name,
            dateFormat,
            format,
            table,
            query,
            endpoint,
            allowPrivate,
          } = flags;
          const said = { ...declaredByFlags(flags), ...(format === undefined ? {} : { format }) };
          return init(context, {
            directory,
            dialect: said,
            ...(from === undefined ? {} : { from }),
            ...(table === undefined ? {} : { table }),
            ...(query === undefined ? {} : { query }),
            ...(endpoint === undefined ? {} : { endpoint }),
            ...(allowPrivate === undefined ? {} : { allowPrivate }),
            ...(label === undefined ? {} : { label }),
            ...(task === undefined ? {} : { task }),
            ...(time === undefined ? {} : { time: time === false ? null : time }),
            ...(ask === null || yes ? {} : { ask }),
            ...(name === undefined ? {} : { name }),
            ...(dateFormat === undefined ? {} : { dateFormats: dateFormat }),
          });
        },
        view: async () => (await import('./view.ts')).initView,
      });
    });
  },
};
