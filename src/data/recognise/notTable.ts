/** What a text is that is no table of delimited fields, and what to do with it. */
export interface OtherText {
  readonly what: string;
  readonly hint: string;
}

const kinds: readonly { readonly looks: RegExp; readonly what: string; readonly hint: string }[] = [
  {
    looks: /^\s*(?:<!doctype html|<html|<table|<\?xml[^>]*\?>\s*<(?:html|table))/i,
    what: 'an HTML page',
    hint: 'Download the file itself: the address may have answered with a page (a sign-in, an error). A table of a page has to be exported as CSV.',
  },
  {
    looks: /^\s*<(?:\?xml|[a-z][\w:-]*[\s>])/i,
    what: 'XML',
    hint: 'Export it as CSV, NDJSON or Parquet.',
  },
  {
    looks:
      /^\s*(?:--[^\n]*\n|\/\*[^]*?\*\/|\s)*(?:insert\s+into|create\s+table|drop\s+table|begin;|set\s+\w+\s*=)/i,
    what: 'SQL statements',
    hint: 'Load them into a database and export the table: `psql --csv -c "select * from t" > t.csv`, `sqlite3 -csv -header db "select * from t" > t.csv`.',
  },
  {
    looks: /^\s*\+-[-+]*-\+\s*\n\s*\|/,
    what: "the output of a database's terminal, drawn with lines",
    hint: 'Export it without lines: `mysql --batch -e "select * from t" > t.tsv`.',
  },
  {
    looks: /^[^\n]* \| [^\n]*\n-[-+]*\+[-+]*-\s*\n/,
    what: "the aligned output of a database's terminal",
    hint: 'Export it as CSV: `psql --csv -c "select * from t" > t.csv`.',
  },
  {
    looks: /^\s*\|[^\n]*\|\s*\n\s*\|[\s:|-]+\|\s*\n/,
    what: 'a table of Markdown',
    hint: 'Export the table as CSV where it was made.',
  },
  {
    looks: /^\s*[{[]\s*(?:["{[\]}]|$)/,
    what: 'JSON',
    hint: 'Say so with --format ndjson (one object a line), or name the file .ndjson or .json.',
  },
  {
    looks: /^(?:%[^\n]*\n|\s)*@relation\s/i,
    what: "a file of Weka's (ARFF)",
    hint: 'Write its data as CSV: `(grep -i "^@attribute" f.arff | awk \'{ printf s $2; s = "," } END { print "" }\'; sed "1,/^@data/Id" f.arff) > rows.csv`.',
  },
  {
    looks: /^(?:[-+]?\d+(?:\.\d+)?(?: +\d+:[-+.\deE]+)+ *\r?\n){2}/,
    what: 'sparse rows as LIBSVM has them',
    hint: 'Write them as a table: in scikit-learn `x, y = load_svmlight_file(f)`, then `pandas.DataFrame(x.toarray()).assign(label=y).to_csv("rows.csv", index=False)`.',
  },
  {
    looks: /^-\[ RECORD 1 \]-*/,
    what: 'the expanded output of psql',
    hint: 'Export it as CSV: `psql --csv -c "select * from t" > t.csv`.',
  },
  {
    looks: /^[┌╭╔╒]/,
    what: "the output of a database's terminal, drawn with lines",
    hint: 'Export it without lines: `sqlite3 -csv -header db "select * from t" > t.csv`, or `duckdb -csv db -c "from t" > t.csv`.',
  },
  {
    looks: /^\s*(?:\[\s*)?\{\s*'[^'\n]*'\s*:/,
    what: 'dictionaries as Python prints them',
    hint: 'Write JSON in Python: `json.dump(rows, file)`; or convert it: `python3 -c "import ast, json, sys; [print(json.dumps(ast.literal_eval(line))) for line in sys.stdin]" < in.txt > rows.ndjson`.',
  },
  {
    looks: /^\{\\rtf|^%PDF-|^%!PS/,
    what: 'a document',
    hint: 'Export its table as CSV.',
  },
];

/** What a text is by its beginning that is no table; undefined where nothing says so. */
export function otherText(beginning: string): OtherText | undefined {
  const found = kinds.find(({ looks }) => looks.test(beginning));
  return found === undefined ? undefined : { what: found.what, hint: found.hint };
}
