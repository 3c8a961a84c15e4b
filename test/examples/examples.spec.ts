import assert from 'node:assert/strict';
import { configDefaults } from '../../nodes/options';
import { nodeDefaults } from '../support/node-defaults';
import type { FlowNode } from '../support/node-red-process';
import { exampleNames, readExample, sharedAccountId } from './example-files';

/** What Node-RED itself saves of a node besides its options. */
const ownFields = ['id', 'type', 'z', 'x', 'y', 'wires'];

const coreTypes =
  'tab,comment,inject,debug,catch,complete,status,function,switch,change,template,delay,trigger,rbe,csv,link in,link out,link call,http in,http response'.split(
    ',',
  );

interface Placed extends FlowNode {
  readonly x: number;
  readonly y: number;
  readonly wires: readonly (readonly string[])[];
}

const placedNodes = (flow: readonly FlowNode[]): Placed[] => flow.filter(isPlaced);

function isPlaced(node: FlowNode): node is Placed {
  return typeof node.x === 'number' && typeof node.y === 'number' && Array.isArray(node.wires);
}

describe('the example flows', () => {
  for (const name of exampleNames) {
    describe(`"${name}"`, () => {
      const flow = readExample(name);

      it('is one tab with one account, of core nodes and our own', () => {
        assert.ok(Array.isArray(flow));
        assert.equal(flow.filter(({ type }) => type === 'tab').length, 1);
        assert.deepEqual(
          flow.filter(({ type }) => type === 'ochno-config').map(({ id }) => id),
          [sharedAccountId],
        );
        const strange = flow.filter(({ type }) => !coreTypes.includes(type) && !(type in nodeDefaults));
        assert.deepEqual(strange, []);
      });

      it('explains itself: what it does and what to change first', () => {
        const comments = flow.filter(({ type }) => type === 'comment');
        assert.ok(comments.length > 0);
        for (const comment of comments) assert.ok(String(comment.info).length > 40, `${comment.name} says nothing`);
        assert.match(String(comments[0]?.name), /double-click me/);
        assert.match(String(comments[0]?.info), /### What it does/);
        assert.match(String(comments[0]?.info), /### The account/);
      });

      it('holds no credentials and starts at the public server', () => {
        for (const node of flow) {
          for (const secret of ['credentials', 'email', 'password']) assert.ok(!(secret in node), secret);
          if (node.type === 'ochno-config') assert.equal(node.server, configDefaults.server);
        }
      });

      it('saves every option of our nodes, and none besides', () => {
        for (const node of flow) {
          const options = nodeDefaults[node.type];
          if (!options) continue;
          const saved = Object.keys(node).filter((key) => !ownFields.includes(key));
          assert.deepEqual(saved.sort(), Object.keys(options).sort(), String(node.name));
          assert.equal(node.version, 1);
          if ('account' in node) assert.equal(node.account, sharedAccountId);
        }
      });

      it('wires from left to right, to nodes that are there', () => {
        const placed = new Map(placedNodes(flow).map((node) => [node.id, node]));
        for (const from of placed.values()) {
          for (const id of from.wires.flat()) {
            const to = placed.get(id);
            assert.ok(to, `${from.name} is wired to nothing`);
            assert.ok(to.x > from.x, `${from.name} is wired back to ${to.name}`);
          }
        }
      });

      it('lies on the grid, and no node on another', () => {
        const placed = placedNodes(flow);
        for (const node of placed) {
          // Left edges are on the grid of 20; a node's centre may be half a step off.
          assert.ok(node.x % 10 === 0 && node.y % 20 === 0, `${node.name} is off the grid`);
          assert.ok(node.x > 0 && node.y > 0);
          const close = placed.filter(
            ({ id, x, y }) => id !== node.id && Math.abs(x - node.x) < 120 && Math.abs(y - node.y) < 40,
          );
          assert.deepEqual(close, [], `${node.name} has something too close`);
        }
      });
    });
  }

  it('share no id but the account', () => {
    const ids = exampleNames.flatMap((name) => readExample(name).map(({ id }) => id));
    const shared = ids.filter((id, index) => ids.indexOf(id) !== index);
    assert.deepEqual([...new Set(shared)], [sharedAccountId]);
  });

  it('show every node there is, and ten recipes besides', () => {
    const types = new Set(exampleNames.flatMap((name) => readExample(name).map(({ type }) => type)));
    for (const type of Object.keys(nodeDefaults)) assert.ok(types.has(type), type);
    assert.ok(exampleNames.length >= 14);
  });

  it('have names that read well in a menu', () => {
    for (const name of exampleNames) assert.match(name, /^[A-Z][A-Za-z ,-]{5,45}$/);
  });
});
