import assert from 'node:assert/strict';
import { followVersions, savesUpdate } from '../../../nodes/editor/dialog/other-versions';
import { currentVersion } from '../../../nodes/versions';

type Options = Record<string, unknown>;

/** As much of Node-RED's editor as takes over a node: only what the defaults of its type name. */
class FakeEditor {
  readonly defaults: Record<string, object> = { name: {}, start: {}, version: {} };
  readonly #listeners: ((node: object) => void)[] = [];
  #loaded: readonly Options[] = [];

  readonly nodes = {
    getType: () => ({ defaults: this.defaults }),
    originalFlow: () => this.#loaded,
  };
  readonly events = {
    on: (_event: string, listener: (node: object) => void) => void this.#listeners.push(listener),
  };

  /** What the editor has of each node, and would deploy. */
  load(...flow: readonly Options[]): readonly Options[] {
    this.#loaded = flow;
    return this.paste(...flow);
  }

  paste(...flow: readonly Options[]): readonly Options[] {
    const nodes = flow.map(({ id, type, ...saved }) => ({ id, type, ...this.#known(saved) }));
    for (const node of nodes) for (const listener of this.#listeners) listener(node);
    return nodes.map((node) => JSON.parse(JSON.stringify({ id: node.id, type: node.type, ...this.#known(node) })));
  }

  #known(saved: Options): Options {
    return Object.fromEntries(Object.keys(this.defaults).map((name) => [name, saved[name]]));
  }
}

const renamed = {
  'ochno-rest': [
    { replaces: ['from'], migrate: ({ from, ...others }: Readonly<Options>) => ({ ...others, start: from }) },
  ],
};

describe('a node of another version in the editor', () => {
  let editor: FakeEditor;

  beforeEach(() => {
    editor = new FakeEditor();
    Reflect.set(globalThis, 'RED', editor);
  });
  after(() => Reflect.deleteProperty(globalThis, 'RED'));

  it('has the options of this version, if it is an older one, and is deployed with them', () => {
    followVersions('ochno-rest', renamed);
    const older = { id: 'a', type: 'ochno-rest', name: 'Old', version: 1, from: 'now' };
    const updated = { type: 'ochno-rest', name: 'Old', version: 2, start: 'now' };
    assert.deepEqual(editor.load(older), [{ id: 'a', ...updated }]);
    assert.deepEqual(editor.paste({ ...older, id: 'b' }), [{ id: 'b', ...updated }]);
  });

  it('is saved by Done though nothing was changed, once', () => {
    followVersions('ochno-rest', renamed);
    editor.load({ id: 'x', type: 'ochno-rest', version: 1, from: 'now' }, { id: 'y', type: 'ochno-rest', version: 2 });
    assert.deepEqual(['x', 'x', 'y'].map(savesUpdate), [true, false, false]);
  });

  it('keeps what this version does not know, if it is a newer one, and loses it to no copy', () => {
    followVersions('ochno-rest');
    const newer = { type: 'ochno-rest', name: 'New', version: currentVersion + 1, later: { option: [1] } };
    const other = { id: 'c', type: 'ochno-rest', name: 'Here', version: currentVersion };
    const flow = [{ id: 'a', ...newer }, { id: 'b', ...newer, later: 'text' }, other];
    assert.deepEqual(editor.load(...flow), flow);
    assert.deepEqual(editor.paste({ id: 'd', ...newer }), [{ id: 'd', ...newer }]);
  });

  it('is nobody’s business if it is of another type', () => {
    followVersions('ochno-rest', renamed);
    const other = { id: 'z', type: 'inject', name: '', version: 1, from: 'now' };
    assert.deepEqual(editor.load(other), [other]);
    assert.equal(savesUpdate('z'), false);
  });
});
