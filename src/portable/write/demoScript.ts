/**
 * The demo's program, behind the module's own text: a form of the row's columns, its answer and how long it took. Everything
 * from the model is put into the page as text, never as markup.
 */
export const demoScript = String.raw`
const place = (id) => document.getElementById(id);
const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};
const example = (column) => model.schema.properties[column.name]?.examples?.[0];
const shownNumber = (value) => String(Number(value.toPrecision(6)));

const fieldOf = (column, at) => {
  const id = 'field-' + at;
  const given = example(column);
  if (column.type === 'boolean') {
    const select = make('select', { id });
    for (const word of [...(column.nullable ? [''] : []), 'true', 'false']) select.append(new Option(word, word));
    select.value = given === undefined ? '' : String(given);
    return [select, () => (select.value === '' ? null : select.value === 'true')];
  }
  const isNumber = column.kind === 'number';
  const input = make('input', { id, autocomplete: 'off', spellcheck: 'false', inputmode: isNumber ? 'decimal' : 'text' });
  if ((column.domain ?? []).length > 0) {
    const list = make('datalist', { id: id + '-words' });
    for (const word of column.domain.slice(0, 500)) list.append(new Option(word));
    input.setAttribute('list', list.id);
    place('row').append(list);
  }
  input.value = given === undefined || given === null ? '' : String(given);
  return [
    input,
    () => {
      const text = input.value;
      if (text.trim() === '') return null;
      return isNumber && Number.isFinite(Number(text)) ? Number(text) : text;
    },
  ];
};

const readers = model.inputs.map((column, at) => {
  const [field, read] = fieldOf(column, at);
  const range = column.minimum === undefined || column.maximum === undefined ? '' : column.minimum + ' to ' + column.maximum;
  const hint = [column.description ?? '', range].filter((text) => text !== '').join(' · ');
  const label = make('label', { for: field.id }, column.name + ' ');
  if (!column.required || column.nullable) label.append(make('span', { class: 'quiet' }, 'may be empty'));
  label.append(field);
  place('row').append(make('div', {}, label, ...(hint === '' ? [] : [make('p', { class: 'hint' }, hint)])));
  return [column, read];
});

const rowNow = () => {
  const row = {};
  for (const [column, read] of readers) {
    const value = read();
    if (value !== null || column.nullable || column.required)
      Object.defineProperty(row, column.name, { value, enumerable: true, configurable: true, writable: true });
  }
  return row;
};

const bars = (entries, largest) =>
  entries.map(([name, value]) =>
    make('div', { class: 'bar' }, make('span', {}, name), make('meter', { min: '0', max: String(largest), value: String(Math.abs(value)) }), make('span', { class: 'figure' }, shownNumber(value))),
  );

const answer = () => {
  const row = rowNow();
  const shown = place('answer');
  try {
    const begun = performance.now();
    const given = predict(row, { explain: place('explain').checked });
    const ms = performance.now() - begun;
    const { prediction, probabilities, prediction_interval: interval, explanation } = given;
    const parts = [make('p', { class: 'prediction' }, typeof prediction === 'number' ? shownNumber(prediction) : prediction)];
    if (interval !== undefined) parts.push(make('p', { class: 'quiet' }, shownNumber(interval.low) + ' to ' + shownNumber(interval.high)));
    if (probabilities !== undefined) parts.push(...bars(Object.entries(probabilities), 1));
    if (explanation !== undefined) {
      const moved = Object.entries(explanation.contributions).slice(0, 12);
      parts.push(make('h2', {}, 'What moved it' + (explanation.of === undefined ? '' : ' towards ' + explanation.of) + ' (' + explanation.scale + ')'));
      parts.push(...bars(moved, Math.max(1e-12, ...moved.map(([, value]) => Math.abs(value)))));
    }
    shown.replaceChildren(...parts);
    place('latency').textContent = 'Answered on this device in ' + ms.toFixed(ms < 1 ? 3 : 1) + ' ms.';
  } catch (error) {
    const details = error.details ?? [];
    const lines = details.length === 0 ? [error.message] : details.map(({ path, message }) => path + ': ' + message);
    shown.replaceChildren(...lines.map((line) => make('p', { class: 'bad' }, line)));
    place('latency').textContent = '';
  }
};

document.title = model.name;
place('title').textContent = model.name + (model.version === null ? '' : '@' + model.version);
place('about').textContent = model.goal === '' ? 'Predicts ' + model.label + '.' : model.goal;
place('form').addEventListener('submit', (event) => {
  event.preventDefault();
  answer();
});
place('form').addEventListener('input', answer);
const test = selfTest();
place('test').textContent = test.ok
  ? 'Self-test: ' + test.rows + ' rows come out here as they did when the model was packaged.'
  : 'Self-test failed: ' + test.mismatches[0];
place('test').className = test.ok ? 'quiet' : 'bad';
answer();
`;
