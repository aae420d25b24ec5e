import { createHash } from 'node:crypto';
import { pageStyle } from '../../serving/docsPage/style.ts';
import { demoScript } from './demoScript.ts';

const ownStyle = `
.prediction { font-size: 2rem; font-weight: 600; overflow-wrap: anywhere; }
.bar { display: grid; grid-template-columns: minmax(6rem, 1fr) 2fr 7rem; gap: .75rem; align-items: center; }
.bar meter { width: 100%; }
.figure { font-variant-numeric: tabular-nums; }
.bad { color: var(--bad); }
input, select { font-weight: 400; }
#form input[type=checkbox] { width: auto; }
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * A page that shows a model at work, whole in one file: it opens from disk as well as from any static server, asks no
 * network, and runs nothing but its own script.
 *
 * @param module text of the model's module
 * @param hasKernel networks are computed by WebAssembly, which a policy must allow
 */
export function demoPage(module: string, hasKernel: boolean): string {
  const script = `${module}${demoScript}`;
  if (/<\/script|<!--/i.test(script)) throw new RangeError('the text of a module would end its script');
  const style = `${pageStyle}${ownStyle}`;
  const sources = `${hashOf(script)}${hasKernel ? " 'wasm-unsafe-eval'" : ''}`;
  const policy = `default-src 'none'; script-src ${sources}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A model</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<h1 id="title">A model</h1>
<p id="about"></p>
<p id="test" class="quiet" role="status">This page needs JavaScript modules.</p>
</header>
<main>
<form id="form" class="sheet">
<div id="row" class="fields"></div>
<p><label><input type="checkbox" id="explain"> Say what moved the answer</label></p>
<button>Answer</button>
</form>
<h2>Answer</h2>
<section class="sheet">
<div id="answer" role="status"></div>
<p id="latency" class="quiet"></p>
</section>
</main>
<script type="module">${script}</script>
</body>
</html>
`;
}
