/**
 * Second half of the build, after `tsc -b`: puts beside the compiled nodes what Node-RED's editor loads.
 *
 * - dist/nodes/<node>.html: the dialog's script (one readable bundle), its style and its template
 * - dist/nodes/locales/<language>/<node>.json and .html: catalogue and help, where Node-RED's loader looks for them
 * - dist/nodes/icons/*.svg
 * - dist/nodes/plugins/<plugin>.html and locales/<language>/<plugin>.json beside it
 *
 * Everything is written in place, for a Node-RED may be running from dist; what is left over is swept out at the end.
 * Anything wrong ends it with an exit code other than 0.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeLocales } from './build/locales.mjs';
import { fillIn, readBlocks } from './build/shared-blocks.mjs';
import { sweep } from './build/sweep.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const editor = join(root, 'nodes', 'editor');
const protocol = join(root, 'src', 'protocol');
const output = join(root, 'dist', 'nodes');
const nodes = ['ochno-config', 'ochno-port-in', 'ochno-action-out', 'ochno-rest'];
const plugins = ['ochno-sidebar'];
/** What the two sides of `nodes` share. */
const shared = ['options', 'versions', 'dialog-messages', 'sidebar-messages'].map((file) => join(root, 'nodes', file));

/**
 * The editor runs in a browser: it may import its own files, the saved options and the rules of src/protocol. Those that
 * need Node.js can't get in: the browser platform resolves no built-in, and nodes/editor/tsconfig.json names the files.
 */
const editorFloor = {
  name: 'editor-floor',
  setup(bundler) {
    bundler.onResolve({ filter: /.*/ }, ({ path, resolveDir, kind }) => {
      if (kind === 'entry-point') return undefined;
      const target = resolve(resolveDir, path);
      const isIn = (folder) => path.startsWith('.') && !relative(folder, target).startsWith('..');
      if (isIn(editor) || isIn(protocol) || shared.includes(target)) return undefined;
      const reach = 'nodes/options.ts and versions.ts, the messages beside them, src/protocol and its own files';
      return { errors: [{ text: `"${path}" is out of reach of the editor: it sees ${reach}` }] };
    });
  },
};

async function bundle(node) {
  const result = await build({
    entryPoints: [join(editor, `${node}.ts`)],
    tsconfig: join(editor, 'tsconfig.json'),
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    // Private fields as they are: lowered, each is a WeakMap, and the sidebar has ten thousand ports.
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    plugins: [editorFloor],
    logLevel: 'error',
  });
  return result.outputFiles[0].text;
}

async function bundleNode(node) {
  const script = await bundle(node);
  // The flow library and node-red-dev read icon, colour and defaults from this call without running it.
  if (!new RegExp(`RED\\.nodes\\.registerType\\(["']${node}["'], \\{`).test(script)) {
    throw new Error(`nodes/editor/${node}.ts: registerType('${node}', {...}) must stay one call with both written out`);
  }
  return script;
}

async function buildDialog(node) {
  const read = (file) => readFile(join(editor, file), 'utf8');
  const [script, own, rows, style] = await Promise.all([
    bundleNode(node),
    read(`${node}.html`),
    read('shared.html'),
    read('editor.css'),
  ]);
  const template = fillIn(own, readBlocks(rows), `nodes/editor/${node}.html`);
  const html = [
    `<style>\n${style.trim()}\n</style>`,
    `<script type="text/html" data-template-name="${node}">\n${template.trim()}\n</script>`,
    `<script type="text/javascript">\n${script.trim()}\n</script>`,
  ];
  await writeFile(join(output, `${node}.html`), `${html.join('\n\n')}\n`);
}

/** One classic script within the page: an external one that can't be loaded would keep the whole editor from starting. */
async function buildPlugin(plugin) {
  const [script, style] = await Promise.all([bundle(plugin), readFile(join(editor, 'sidebar', 'sidebar.css'), 'utf8')]);
  const html = [`<style>\n${style.trim()}\n</style>`, `<script type="text/javascript">\n${script.trim()}\n</script>`];
  await writeFile(join(output, 'plugins', `${plugin}.html`), `${html.join('\n\n')}\n`);
}

const startMs = Date.now();
await mkdir(join(output, 'plugins'), { recursive: true });
const locales = writeLocales(join(root, 'locales'), [
  { to: join(output, 'locales'), catalogues: nodes, helps: nodes },
  { to: join(output, 'plugins', 'locales'), catalogues: plugins, helps: [] },
]);
await Promise.all([...nodes.map(buildDialog), ...plugins.map(buildPlugin), locales]);
await cp(join(root, 'nodes', 'icons'), join(output, 'icons'), { recursive: true });
await sweep({ sources: root, built: join(root, 'dist'), startMs });
