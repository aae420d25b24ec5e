/**
 * What makes a module a service of its own when Node is started with it: `node model.mjs --port 8080 --host 127.0.0.1`. It
 * answers nothing before the golden rows came out right.
 */
export const serverText = `
const started = globalThis.process?.argv?.[1];
if (started !== undefined) {
  const [{ createServer }, { realpathSync }, { pathToFileURL }] = await Promise.all([
    import('node:http'),
    import('node:fs'),
    import('node:url'),
  ]);
  if (pathToFileURL(realpathSync(started)).href === import.meta.url) {
    const argument = (name, otherwise) => {
      const at = process.argv.indexOf(name);
      return at < 0 ? otherwise : process.argv[at + 1];
    };
    const test = selfTest();
    if (!test.ok) {
      console.error('This model does not compute here what it computed when it was packaged: ' + test.mismatches[0]);
      process.exit(8);
    }
    const mostBytes = 1024 * 1024;
    const server = createServer(async (incoming, outgoing) => {
      try {
        const pieces = [];
        let bytes = 0;
        for await (const piece of incoming) {
          bytes += piece.length;
          // One byte more than is taken says that there was more; the rest is thrown away.
          if (bytes - piece.length <= mostBytes) pieces.push(piece);
        }
        const hasBody = !['GET', 'HEAD'].includes(incoming.method);
        const response = await fetch(
          new Request(new URL(incoming.url, 'http://model'), {
            method: incoming.method,
            ...(hasBody ? { body: Buffer.concat(pieces) } : {}),
          }),
        );
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.end(Buffer.from(await response.arrayBuffer()));
      } catch (error) {
        console.error(error);
        if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'application/json; charset=utf-8' });
        outgoing.end(JSON.stringify({ error: 'Internal error.', status: 'error', details: [] }));
      }
    });
    server.listen(Number(argument('--port', '8080')), argument('--host', '127.0.0.1'), () => {
      const { address, port } = server.address();
      console.log(model.name + ' answers at http://' + (address.includes(':') ? '[' + address + ']' : address) + ':' + port);
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.close(() => process.exit(0)));
  }
}
`;

/** What makes a function fail at its start, not at its first answer, where it computes otherwise than it should. */
export const checkedText = `
const test = selfTest();
if (!test.ok)
  throw new Error('This model does not compute here what it computed when it was packaged: ' + test.mismatches[0]);
`;
