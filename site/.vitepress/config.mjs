// The site of docs/: pages are written once, in docs/, and read here, on the code host and in the npm package.
// scripts/site.mjs copies them to site/pages.
import { join, relative, resolve } from 'node:path';
import { defineConfig } from 'vitepress';

const docs = resolve(import.meta.dirname, '../pages');
const repository = 'https://github.com/aieng-dev/aieng';

const page = (text, link) => ({ text, link });
const group = (text, items, collapsed = false) => ({ text, collapsed, items });

const howTos = [
  group('Data', [
    page('Dates and money', '/howto/dates-and-money'),
    page('Secrets', '/howto/secrets'),
    page('Data: the whole of it', '/data'),
  ]),
  group('Models', [
    page('A gate that fails', '/howto/failed-gate'),
    page('Models: the whole of it', '/modeling'),
    page('Own transforms', '/transforms'),
    page('From research to service', '/handoff'),
  ]),
  group('Labels', [
    page('Labels', '/howto/labels'),
    page('Labels that come late', '/howto/late-labels'),
    page('Labels: the whole of it', '/labels'),
  ]),
  group('Where it runs', [
    page('Docker', '/howto/docker'),
    page('Kubernetes', '/howto/kubernetes'),
    page('TLS and tokens', '/howto/tls-and-tokens'),
    page('dev, staging, prod', '/howto/environments'),
    page('All places', '/deploy/README'),
    page('Image', '/deploy/image'),
    page('Container', '/deploy/container'),
    page('Kubernetes: the whole of it', '/deploy/kubernetes'),
    page('Canary', '/deploy/canary'),
    page('Browser, edge, function', '/deploy/edge'),
    page('Many rows', '/deploy/batch'),
  ]),
  group('On a clock', [
    page('Cron', '/howto/cron'),
    page('GitHub and GitLab', '/howto/ci'),
    page('Schedules: the whole of it', '/deploy/schedule'),
    page('In CI', '/deploy/ci'),
  ]),
  group('Day by day', [
    page('How long things are kept', '/howto/retention'),
    page('Upgrade', '/howto/upgrade'),
    page('Operations', '/operations'),
    page('Alerts', '/alerts'),
    page('Trust', '/trust'),
  ]),
];

const concepts = [
  group('Concepts', [
    page('The words', '/concepts'),
    page('The pages in the browser', '/ui'),
    page('Monitoring', '/monitoring'),
    page('Retraining', '/retraining'),
    page('The store', '/store'),
    page('Architecture', '/architecture'),
    page('Measurements', '/measurements'),
    page('The demo, seed by seed', '/demo'),
  ]),
];

const reference = [
  group('Reference', [
    page('Commands', '/cli'),
    page('Pipeline file', '/pipeline'),
    page('Errors', '/errors'),
    page('JSON output', '/json'),
    page('TypeScript API', '/api/'),
  ]),
];

const comingFrom = [
  group('Coming from', [
    page('MLflow', '/from/mlflow'),
    page('DVC', '/from/dvc'),
    page('Evidently', '/from/evidently'),
    page('BentoML', '/from/bentoml'),
  ]),
];

const start = [group('Start', [page('Tutorial', '/tutorial'), page('The words', '/concepts')])];

/** A link out of docs/ (`../CONTRIBUTING.md`), or to a folder of it, is one to the source. */
function outward(href, from) {
  if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href;
  const [path, hash] = href.split('#');
  const target = relative(docs, resolve(docs, from, '..', path));
  if (!target.startsWith('..') && !path.endsWith('/')) return href;
  const below = relative(join(docs, '..'), join(docs, '..', 'docs', target));
  const kind = path.endsWith('/') ? 'tree' : 'blob';
  return `${repository}/${kind}/main/${below}${hash === undefined ? '' : `#${hash}`}`;
}

export default defineConfig({
  title: 'aieng',
  description: 'A table of data goes in, and a model that looks after itself comes out.',
  lang: 'en',
  // No icon: without a word of it browsers ask for one.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  base: process.env.SITE_BASE ?? '/',
  srcDir: docs,
  outDir: resolve(import.meta.dirname, '../dist'),
  cacheDir: resolve(import.meta.dirname, '../node_modules/.cache/vitepress'),
  cleanUrls: true,
  lastUpdated: false,
  ignoreDeadLinks: false,
  markdown: {
    // Words like <column> in generated pages are text.
    html: false,
    config(md) {
      // Pages are templates of Vue, but two braces in a text are two braces.
      for (const kind of ['text', 'code_inline']) {
        const { [kind]: plain } = md.renderer.rules;
        md.renderer.rules[kind] = (...rendered) => plain(...rendered).replaceAll('{{', '&#123;&#123;');
      }
      const open =
        md.renderer.rules.link_open ??
        ((tokens, at, options, _, self) => self.renderToken(tokens, at, options));
      md.renderer.rules.link_open = (tokens, at, options, env, self) => {
        const href = tokens[at].attrGet('href');
        if (href !== null) tokens[at].attrSet('href', outward(href, env.relativePath ?? ''));
        return open(tokens, at, options, env, self);
      };
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: 'https://github.com/aieng-dev/aieng' }],
    nav: [
      page('Tutorial', '/tutorial'),
      {
        text: 'How-to',
        link: '/howto/',
        activeMatch: '^/(howto|deploy|data|modeling|labels|operations|alerts|trust|transforms|handoff)',
      },
      {
        text: 'Concepts',
        link: '/concepts',
        activeMatch: '^/(concepts|ui|monitoring|retraining|store|architecture|measurements|demo)',
      },
      { text: 'Reference', link: '/cli', activeMatch: '^/(cli|pipeline|errors|json|api)' },
      { text: 'Coming from', link: '/from/mlflow', activeMatch: '^/from/' },
    ],
    sidebar: {
      '/': [
        ...start,
        ...howTos.map((each) => ({ ...each, collapsed: true })),
        ...concepts,
        ...reference,
        ...comingFrom,
      ],
    },
    footer: { message: 'Apache-2.0' },
  },
});
