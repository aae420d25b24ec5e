/**
 * The page's program, for browsers: it reads `openapi.json` beside it and shows what stands there. Everything from the
 * document and from answers is put into the page as text, never as markup. A token is kept in a variable and nowhere else.
 */
export const pageScript = String.raw`'use strict';
(() => {
  const place = (id) => document.getElementById(id);
  let token = '';

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const shown = (value) => JSON.stringify(value, null, 2);
  const authorization = () => (token === '' ? {} : { authorization: 'Bearer ' + token });

  // A schema of the document, where a reference stands for it.
  const resolved = (root, schema) => {
    let found = schema ?? {};
    for (let hops = 0; hops < 10 && typeof found.$ref === 'string'; hops += 1)
      found = found.$ref.slice(2).split('/').reduce((at, key) => (at ?? {})[key], root) ?? {};
    return found;
  };
  const typesOf = (schema) =>
    [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) => one.type ?? []);

  const rowSchema = (root) => {
    const body = root.paths?.['/predict']?.post?.requestBody?.content?.['application/json'];
    const row = body?.schema?.oneOf?.[0]?.properties?.features?.oneOf?.[0];
    const example = body?.examples?.one?.value?.features ?? {};
    return row === undefined ? null : { row: resolved(root, row), example };
  };

  // What a field's text is in JSON: a number where the column is one, a choice as it is in the schema.
  const reader = (schema, input) => {
    if (schema.enum !== undefined) return () => JSON.parse(input.value);
    const isNumeric = ['number', 'integer'].includes(typesOf(schema)[0]);
    return () => {
      const text = input.value.trim();
      return isNumeric && text !== '' && Number.isFinite(Number(text)) ? Number(text) : input.value;
    };
  };

  let fieldCount = 0;
  const field = (name, schema, isRequired, example) => {
    const id = 'field-' + (fieldCount += 1);
    const hint = schema.description ?? '';
    let input;
    const extra = [];
    if (schema.enum !== undefined) {
      input = make('select', { id });
      for (const value of schema.enum) {
        const text = value === null ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value);
        input.append(make('option', { value: JSON.stringify(value) }, text));
      }
      input.value = JSON.stringify(example ?? schema.enum[0]);
    } else {
      input = make('input', { id, autocomplete: 'off', spellcheck: 'false' });
      input.value = example === undefined || example === null ? '' : String(example);
      const words = (schema.examples ?? []).filter((one) => typeof one === 'string');
      if (words.length > 1) {
        input.setAttribute('list', id + '-words');
        extra.push(make('datalist', { id: id + '-words' }, ...words.map((value) => make('option', { value }))));
      }
    }
    if (hint !== '') {
      input.setAttribute('aria-describedby', id + '-hint');
      extra.push(make('p', { class: 'hint', id: id + '-hint' }, hint));
    }
    const [type = ''] = typesOf(schema);
    const kind = schema.enum !== undefined ? 'choice' : type === 'string' ? 'text' : type;
    const about = make('span', { class: 'quiet' }, ' ' + kind + (isRequired ? '' : ', may be left empty'));
    const read = reader(schema, input);
    return {
      element: make('div', {}, make('label', { for: id }, name, about), input, ...extra),
      // An empty field is no value: an optional column is left out, of a required one the service says what it wants.
      add: (row) => {
        if (input.value !== '' && input.value !== 'null') row[name] = read();
      },
    };
  };

  const curl = (body) =>
    'curl -s ' + new URL('predict', location.href).href +
    (token === '' ? '' : " -H 'authorization: Bearer '\"$TOKEN\"") +
    " -H 'content-type: application/json' -d '" + body.replaceAll("'", "'\\''") + "'";

  const showTry = (root) => {
    const known = rowSchema(root);
    if (known === null) return;
    const { row, example } = known;
    const required = new Set(row.required ?? []);
    const entries = Object.entries(row.properties ?? {});
    // Columns without a type are known from the training data and ignored: nothing to try.
    const fields = entries
      .filter(([name]) => name in example || required.has(name))
      .map(([name, schema]) => field(name, schema, required.has(name), example[name]));
    place('fields').replaceChildren(...fields.map(({ element }) => element));
    place('try').hidden = false;
    place('form').onsubmit = async (event) => {
      event.preventDefault();
      const features = {};
      for (const { add } of fields) add(features);
      const body = JSON.stringify({ features });
      const status = place('status');
      const began = performance.now();
      try {
        const response = await fetch('predict', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...authorization() },
          body,
        });
        const text = await response.text();
        const ms = Math.round(performance.now() - began);
        status.className = response.ok ? 'good' : 'bad';
        status.textContent = response.status + ' after ' + ms + ' ms';
        let answer = text;
        try { answer = shown(JSON.parse(text)); } catch {}
        place('answer').textContent = answer;
      } catch (error) {
        status.className = 'bad';
        status.textContent = 'The service cannot be reached: ' + error.message;
        place('answer').textContent = '';
      }
      place('curl').textContent = curl(body);
      place('result').hidden = false;
    };
  };

  const exampleOf = (media) =>
    media?.example ?? Object.values(media?.examples ?? {})[0]?.value;
  const contentOf = (content) => Object.entries(content ?? {})[0] ?? [undefined, undefined];

  const operation = (path, method, item, shared) => {
    const [kind, media] = contentOf(item.requestBody?.content);
    const parameters = [...(shared ?? []), ...(item.parameters ?? [])];
    const summary = make('summary', {}, make('span', { class: 'method' }, method.toUpperCase()), make('code', {}, path),
      make('span', { class: 'quiet' }, ' ' + (item.summary ?? '')));
    const parts = [summary];
    if (item.description !== undefined) parts.push(make('p', {}, item.description));
    if (parameters.length > 0)
      parts.push(make('dl', {}, ...parameters.flatMap(({ name, description, schema }) =>
        [make('dt', {}, name), make('dd', {}, description ?? schema?.type ?? '')])));
    const example = exampleOf(media);
    if (example !== undefined)
      parts.push(make('p', { class: 'quiet' }, 'A request (' + kind + '):'),
        make('pre', { tabindex: '0' }, typeof example === 'string' ? example : shown(example)));
    parts.push(make('dl', {}, ...Object.entries(item.responses ?? {}).flatMap(([status, { description }]) =>
      [make('dt', {}, status), make('dd', {}, description ?? '')])));
    return make('details', {}, ...parts);
  };

  const methods = ['get', 'post', 'put', 'delete', 'patch'];
  const showOperations = (root) => {
    const all = Object.entries(root.paths ?? {}).flatMap(([path, item]) =>
      methods.filter((method) => item[method] !== undefined)
        .map((method) => operation(path, method, item[method], item.parameters)));
    place('list').replaceChildren(...all);
    place('operations').hidden = false;
  };

  const load = async () => {
    const message = place('message');
    const response = await fetch('openapi.json', { headers: authorization() }).catch(() => null);
    if (response?.status === 401) {
      message.textContent = token === '' ? '' : 'That token is not known here.';
      message.className = 'bad';
      place('locked').hidden = false;
      place('token').focus();
      return;
    }
    if (response === null || !response.ok) {
      const text = response === null ? 'it does not answer' : (await response.json().catch(() => ({}))).error;
      message.textContent = 'The service’s description cannot be had: ' + (text ?? 'status ' + response.status);
      message.className = 'bad';
      return;
    }
    const root = await response.json();
    message.textContent = '';
    place('locked').hidden = true;
    document.title = root.info.title + ': how to ask it';
    place('title').replaceChildren(root.info.title, make('small', {}, 'version ' + root.info.version));
    place('about').textContent = root.info.description ?? '';
    showTry(root);
    showOperations(root);
  };

  place('unlock').onsubmit = (event) => {
    event.preventDefault();
    token = place('token').value.trim();
    place('token').value = '';
    void load();
  };
  void load();
})();
`;
